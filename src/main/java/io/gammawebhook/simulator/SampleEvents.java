package io.gammawebhook.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.verify.EventFields;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Bodies that look like what their types say, so that the routes have something to work on. */
public final class SampleEvents {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final RandomGenerator random;

  public SampleEvents(RandomGenerator random) {
    this.random = random;
  }

  /** An event as JSON, with id and type also where they are read in the body. */
  public byte[] of(EventFields fields, String id, String type, Instant time) {
    return bytes(fields, id, type, time, data(type), null);
  }

  private ObjectNode data(String type) {
    int number = 1000 + random.nextInt(9000);
    return switch (type.split("\\.", 2)[0]) {
      case "invoice" -> invoice(number, "129.00");
      case "customer" -> customer(number, "Ada Example", "ada@example.com");
      case "order" -> order(number, 2, "129.00");
      default -> MAPPER.createObjectNode().put("sample", number);
    };
  }

  static ObjectNode invoice(int number, String total) {
    return MAPPER
        .createObjectNode()
        .put("number", "INV-" + number)
        .put("total", total)
        .put("currency", "EUR");
  }

  static ObjectNode customer(int number, String name, String email) {
    return MAPPER
        .createObjectNode()
        .put("number", "CUS-" + number)
        .put("name", name)
        .put("email", email);
  }

  static ObjectNode order(int number, int quantity, String total) {
    ObjectNode order = MAPPER.createObjectNode().put("number", "ORD-" + number);
    order.putArray("items").addObject().put("article", "A-1").put("quantity", quantity);
    return order.put("total", total).put("currency", "EUR");
  }

  /** An event as JSON; with what was before it, where it changed something. */
  static byte[] bytes(
      EventFields fields,
      String id,
      String type,
      Instant time,
      JsonNode data,
      @Nullable ObjectNode previous) {
    ObjectNode event =
        MAPPER.createObjectNode().put("id", id).put("type", type).put("timestamp", time.toString());
    event.set("data", data);
    if (previous != null) {
      event.set("previous", previous);
    }
    fields.write(event, id, type);
    try {
      return MAPPER.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
