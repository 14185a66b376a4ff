package io.gammawebhook.springboot.app;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.springboot.http.WebhookHttpEngine;
import io.gammawebhook.verify.SchemeCatalogue;
import java.time.Duration;
import java.util.Collection;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.DescriptiveResource;
import org.springframework.core.io.Resource;

/**
 * The product's beans, of which each is made only when it is asked for, and nothing is started:
 * neither a server nor Camel. What would open the inbox, or need a secret, is replaced by what
 * knows the sources' names alone.
 */
final class CheckContext extends AnnotationConfigServletWebApplicationContext {

  /**
   * @param sources the names of the configured sources
   * @param ownSchemes whether the configuration can be read, in which schemes may be defined
   */
  static CheckContext of(
      ConfigurableEnvironment environment, Collection<String> sources, boolean ownSchemes) {
    CheckContext context = new CheckContext();
    context.setEnvironment(environment);
    context.getBeanFactory().setConversionService(environment.getConversionService());
    context.addBeanFactoryPostProcessor(beans -> context.replace(beans, sources, ownSchemes));
    context.register(GammaWebhookApp.class);
    context.refresh();
    return context;
  }

  private void replace(
      ConfigurableListableBeanFactory beans, Collection<String> sources, boolean ownSchemes) {
    BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
    // The command has looked at the configuration itself.
    registry.removeBeanDefinition("gammaWebhookStartCheck");
    Receivers receivers = new Receivers(Runnable::run, Long.MAX_VALUE);
    IngressGate gate = new IngressGate();
    replace(registry, "webhookRuntime", WebhookRuntime.class, () -> runtime(sources));
    replace(registry, "webhookReceivers", Receivers.class, () -> receivers);
    replace(registry, "webhookIngressGate", IngressGate.class, () -> gate);
    replace(
        registry,
        "webhookIngressRoutes",
        IngressRoutes.class,
        () -> new IngressRoutes(receivers, gate));
    replace(registry, WebhookHttpEngine.BEAN_NAME, WebhookHttpEngine.class, WebhookHttpEngine::new);
    if (!ownSchemes) {
      replace(registry, "webhookSchemes", SchemeCatalogue.class, SchemeCatalogue::new);
    }
  }

  private static <T> void replace(
      BeanDefinitionRegistry registry, String name, Class<T> type, Supplier<T> bean) {
    if (registry.containsBeanDefinition(name)) {
      registry.removeBeanDefinition(name);
    }
    RootBeanDefinition definition = new RootBeanDefinition(type, bean);
    definition.setLazyInit(true);
    registry.registerBeanDefinition(name, definition);
  }

  private static WebhookRuntime runtime(Collection<String> sources) {
    Set<SourceName> names =
        sources.stream()
            .filter(name -> name.matches("[a-z0-9][a-z0-9-]{0,62}"))
            .map(SourceName::new)
            .collect(Collectors.toSet());
    return new WebhookRuntime(
        () -> {
          throw new IllegalStateException("A check opens no inbox");
        },
        names,
        RetryPolicy.DEFAULT,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        new Random(),
        Redaction.defaults());
  }

  /** A server has none of these either, so that a path is read as one on disk. */
  @Override
  protected Resource getResourceByPath(String path) {
    return new DescriptiveResource(path);
  }

  /** None is made before it is asked for. */
  @Override
  protected void finishBeanFactoryInitialization(ConfigurableListableBeanFactory beans) {
    beans.freezeConfiguration();
  }

  /** No event says that the application is ready, so nothing starts. */
  @Override
  protected void finishRefresh() {
    clearResourceCaches();
  }

  /** Without an event, for which listeners would be made. */
  @Override
  protected void doClose() {
    destroyBeans();
  }
}
