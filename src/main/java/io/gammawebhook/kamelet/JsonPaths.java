package io.gammawebhook.kamelet;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import io.gammawebhook.camel.RefusedRouteException;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.jsonpath.JsonPathLanguage;

/** JSONPaths of a configuration. */
final class JsonPaths {

  private static final String LANGUAGE = "org.apache.camel.jsonpath.JsonPathLanguage";

  private JsonPaths() {}

  /**
   * @throws IllegalArgumentException if it is no JSONPath
   */
  static JsonPath compiled(String path) {
    try {
      return JsonPath.compile(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + path + "' is no JSONPath: " + e.getMessage(), e);
    }
  }

  /**
   * What is at the path, or null where nothing is.
   *
   * @throws IllegalArgumentException if it is no JSONPath
   */
  static Expression expression(CamelContext camel, String path) {
    compiled(path);
    if (camel.getClassResolver().resolveClass(LANGUAGE) == null) {
      throw new RefusedRouteException(
          "A Kamelet reads "
              + path
              + " of the event, but Camel's JSONPath is not on the class path",
          "Add the dependency org.apache.camel.springboot:camel-jsonpath-starter on Spring Boot, else"
              + " org.apache.camel:camel-jsonpath.");
    }
    JsonPathLanguage language = new JsonPathLanguage();
    language.setCamelContext(camel);
    language.setSuppressExceptions(true);
    Expression expression = language.createExpression(path);
    expression.init(camel);
    return expression;
  }
}
