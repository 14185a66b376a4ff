package io.gammawebhook.routes;

import io.gammawebhook.camel.Receivers;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Component;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * The beans of the real context for a scratch one. Components are not lent: each belongs to one
 * context, and the scratch one makes its own, with the same configuration. Nor are the receivers:
 * what a path or a source collides with is known from the files. A bean that was told of the
 * scratch context belongs to its own again when the check is over.
 */
final class SharedBeans implements BeanRepository {

  private final Registry beans;
  private final Receivers none = new Receivers(Runnable::run, Long.MAX_VALUE);
  private final Map<CamelContextAware, CamelContext> owners = new IdentityHashMap<>();

  SharedBeans(Registry beans) {
    this.beans = beans;
  }

  @Override
  public @Nullable Object lookupByName(String name) {
    return lent(beans.lookupByName(name));
  }

  @Override
  public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
    return type.cast(lent(beans.lookupByNameAndType(name, type)));
  }

  @Override
  public <T> Map<String, T> findByTypeWithName(Class<T> type) {
    if (type == Receivers.class) {
      return Map.of("receivers", type.cast(none));
    }
    Map<String, T> found = new LinkedHashMap<>();
    beans
        .findByTypeWithName(type)
        .forEach(
            (name, bean) -> {
              if (lent(bean) != null) {
                found.put(name, bean);
              }
            });
    return found;
  }

  @Override
  public <T> Set<T> findByType(Class<T> type) {
    return type == Receivers.class
        ? Set.of(type.cast(none))
        : beans.findByType(type).stream()
            .filter(bean -> lent(bean) != null)
            .collect(Collectors.toSet());
  }

  private @Nullable Object lent(@Nullable Object bean) {
    if (bean == null || bean instanceof Component || bean instanceof CamelContext) {
      return null;
    }
    if (bean instanceof CamelContextAware aware) {
      @Nullable CamelContext owner = aware.getCamelContext();
      if (owner != null) {
        owners.putIfAbsent(aware, owner);
      }
    }
    return bean;
  }

  void giveBack() {
    owners.forEach(CamelContextAware::setCamelContext);
    owners.clear();
  }
}
