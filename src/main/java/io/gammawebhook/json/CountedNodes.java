package io.gammawebhook.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;

/**
 * What paths look at documents with; each look at a node is a step, since a path that searches
 * within what it searched may look often. Used by one thread.
 */
public final class CountedNodes extends JacksonJsonProvider {

  private final Steps steps;

  public CountedNodes(ObjectMapper mapper, Steps steps) {
    super(mapper);
    this.steps = steps;
  }

  @Override
  public boolean isMap(Object node) {
    steps.take();
    return super.isMap(node);
  }

  @Override
  public boolean isArray(Object node) {
    steps.take();
    return super.isArray(node);
  }

  @Override
  public Object getMapValue(Object node, String key) {
    steps.take();
    return super.getMapValue(node, key);
  }

  @Override
  public Object getArrayIndex(Object node, int place) {
    steps.take();
    return super.getArrayIndex(node, place);
  }
}
