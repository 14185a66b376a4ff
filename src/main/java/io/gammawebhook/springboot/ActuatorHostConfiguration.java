package io.gammawebhook.springboot;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Where {@link ActuatorHosts} are set: which only the runnable application does, as a host has its
 * own security. Actuator takes it on the application's port, and on a port of its own.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnBean(ActuatorHosts.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class ActuatorHostConfiguration {

  @Bean
  FilterRegistrationBean<ActuatorHostFilter> actuatorHostFilter(
      ActuatorHosts hosts, ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
    Predicate<HttpServletRequest> actuator =
        ManagementPortType.get(environment) == ManagementPortType.DIFFERENT
            ? request -> true
            : request -> isActuator(request, endpoints);
    FilterRegistrationBean<ActuatorHostFilter> filter =
        new FilterRegistrationBean<>(new ActuatorHostFilter(hosts, actuator));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  /** By the path as the server has decoded it, with or without the one of Spring's servlet. */
  private static boolean isActuator(
      HttpServletRequest request, ObjectProvider<PathMappedEndpoints> endpoints) {
    PathMappedEndpoints mapped;
    try {
      mapped = endpoints.getObject();
    } catch (BeansException | IllegalStateException e) {
      // The application ends, and its endpoints have ended.
      return false;
    }
    String rest = request.getPathInfo();
    String whole = request.getServletPath() + Objects.requireNonNullElse(rest, "");
    return isActuator(whole, mapped) || isActuator(rest, mapped);
  }

  private static boolean isActuator(@Nullable String path, PathMappedEndpoints endpoints) {
    if (path == null) {
      return false;
    }
    String base = endpoints.getBasePath();
    return !base.isEmpty() && isWithin(path, base)
        || endpoints.getAllPaths().stream().anyMatch(each -> isWithin(path, each));
  }

  private static boolean isWithin(String path, String parent) {
    return path.equals(parent) || path.startsWith(parent + "/");
  }
}
