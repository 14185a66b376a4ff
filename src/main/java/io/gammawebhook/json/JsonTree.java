package io.gammawebhook.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A body as JSON, within bounds, for paths of any kind. */
public final class JsonTree {

  /** Deeper bodies are data like any other, but nothing is looked up in them. */
  public static final int MAX_DEPTH = 200;

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(100).build();

  public static final JsonFactory FACTORY = factory(BOUNDS);

  /** A tree takes some hundred bytes for each: beyond them there is none. */
  private static final int MAX_TOKENS = 250_000;

  private static final int SMALL_BODY = 16 << 10;

  /** So many large trees at a time, whatever strangers send: each takes many times its body. */
  private static final Semaphore LARGE = new Semaphore(2);

  /** Of people's searches one at a time, beside those: they let no sender wait. */
  private static final Semaphore SEARCHED = new Semaphore(1);

  private static final ObjectMapper MAPPER =
      new ObjectMapper(factory(BOUNDS.rebuild().maxTokenCount(MAX_TOKENS).build()));

  private static final Configuration CONFIGURATION =
      Configuration.builder()
          .jsonProvider(new JacksonJsonProvider(MAPPER))
          .mappingProvider(new JacksonMappingProvider(MAPPER))
          .options(Option.SUPPRESS_EXCEPTIONS)
          .build();

  /** What lacks the last name of a path counts as null, and is not passed over. */
  private static final Configuration EVERY_LEAF =
      CONFIGURATION.addOptions(Option.DEFAULT_PATH_LEAF_TO_NULL);

  private static JsonFactory factory(StreamReadConstraints bounds) {
    return JsonFactory.builder()
        // Names are the sender's: interned, they would stay in memory for ever.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .streamReadConstraints(bounds)
        .build();
  }

  private final Object root;

  private JsonTree(Object root) {
    this.root = root;
  }

  /**
   * Compiles a path.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static JsonPath compile(String path) {
    try {
      return JsonPath.compile(path);
    } catch (JsonPathException e) {
      // Of some texts the library tells what went wrong inside it.
      String why = e.getCause() == null && e.getMessage() != null ? ": " + e.getMessage() : "";
      throw new IllegalArgumentException(
          "must be a JSONPath such as $.id, was '" + path + "'" + why, e);
    }
  }

  /**
   * What a reader finds; null if the bytes are no JSON within the bounds. It waits while two other
   * large bodies are read.
   */
  public static @Nullable String read(byte[] body, Function<JsonTree, @Nullable String> reader) {
    boolean large = body.length > SMALL_BODY;
    if (large) {
      LARGE.acquireUninterruptibly();
    }
    try {
      JsonTree tree = of(body);
      return tree == null ? null : reader.apply(tree);
    } finally {
      if (large) {
        LARGE.release();
      }
    }
  }

  /**
   * What a path finds in a body, within a number of steps: null where a null is. Of large bodies
   * one is searched at a time.
   *
   * @return empty if it finds nothing, or the bytes are no JSON within the bounds
   * @throws Steps.UsedUp if it takes more steps
   */
  public static List<@Nullable Object> find(byte[] body, JsonPath path, Steps steps) {
    boolean large = body.length > SMALL_BODY;
    if (large) {
      SEARCHED.acquireUninterruptibly();
    }
    try {
      JsonTree tree = of(body);
      return tree == null ? List.of() : tree.find(path, steps);
    } finally {
      if (large) {
        SEARCHED.release();
      }
    }
  }

  private List<@Nullable Object> find(JsonPath path, Steps steps) {
    Configuration configuration =
        Configuration.builder()
            .jsonProvider(new CountedNodes(MAPPER, steps))
            .mappingProvider(new JacksonMappingProvider(MAPPER))
            .build();
    try {
      @Nullable Object found = path.read(root, configuration);
      return found instanceof List<?> list && !path.isDefinite()
          ? new ArrayList<>(list)
          : Collections.singletonList(found);
    } catch (Steps.UsedUp e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      return List.of();
    }
  }

  private static @Nullable JsonTree of(byte[] body) {
    try {
      Object root = MAPPER.readValue(body, Object.class);
      return root == null ? null : new JsonTree(root);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return null;
    }
  }

  /** The text or number there, of several the first; null for anything else. */
  public @Nullable String read(JsonPath path) {
    List<@Nullable String> found = all(path, CONFIGURATION);
    return found.isEmpty() ? null : found.get(0);
  }

  /** The text or number that all have; null if they differ, or one has none. */
  public @Nullable String readSame(JsonPath path) {
    List<@Nullable String> found = all(path, EVERY_LEAF);
    return found.stream().distinct().count() == 1 ? found.get(0) : null;
  }

  private List<@Nullable String> all(JsonPath path, Configuration configuration) {
    try {
      Object found = path.read(root, configuration);
      List<?> several =
          found instanceof List<?> list && !path.isDefinite()
              ? list
              : Collections.singletonList(found);
      List<@Nullable String> texts = new ArrayList<>(several.size());
      for (Object each : several) {
        texts.add(each instanceof String || each instanceof Number ? each.toString() : null);
      }
      return texts;
    } catch (RuntimeException | StackOverflowError e) {
      return List.of();
    }
  }
}
