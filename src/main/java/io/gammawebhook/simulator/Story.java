package io.gammawebhook.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.EventFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to customers, orders and the like: each event follows from those before it. The same
 * seed and the same calls tell the same story. Not safe for use by several threads.
 */
final class Story {

  /** Objects of a family that are alive at a time: beyond them something ends before one begins. */
  private static final int MOST_ALIVE = 200;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<String> FIRST_NAMES =
      List.of("Ada", "Emmy", "Grace", "Katherine", "Alan", "Edsger", "Niklaus", "Barbara");
  private static final List<String> LAST_NAMES =
      List.of("Example", "Sample", "Muster", "Beispiel", "Ejemplo", "Dupont", "Rossi", "Svensson");
  private static final List<String> TEAMS = List.of("sales", "support", "finance", "warehouse");

  private final Random random;
  private final EventFields fields;
  private final List<Family> families;
  private final Supplier<Instant> time;
  private final Map<Family, List<ObjectNode>> alive = new EnumMap<>(Family.class);

  /**
   * @param families what {@link #next} tells of
   * @param time what the bodies say of the time; asked once an event
   */
  Story(long seed, EventFields fields, Set<Family> families, Supplier<Instant> time) {
    this.random = new Random(seed);
    this.fields = fields;
    this.families = List.copyOf(new TreeSet<>(families));
    this.time = time;
    for (Family family : Family.values()) {
      alive.put(family, new ArrayList<>());
    }
  }

  /** The next event of the families. */
  SimulatedEvent next() {
    Family family = families.get(random.nextInt(families.size()));
    boolean begins =
        alive(family).isEmpty() || alive(family).size() < MOST_ALIVE && random.nextInt(100) < 35;
    if (begins
        && (family == Family.INVOICE || family == Family.ORDER)
        && families.contains(Family.CUSTOMER)
        && alive(Family.CUSTOMER).isEmpty()) {
      family = Family.CUSTOMER;
    }
    if (begins) {
      return begin(family);
    }
    ObjectNode object = alive(family).get(random.nextInt(alive(family).size()));
    return go(family, object, action(family, object));
  }

  /** An event of a type: of the oldest object to which that can happen, or of a new one. */
  SimulatedEvent of(String type) {
    String[] parts = type.split("\\.", 2);
    Optional<Family> family =
        families().stream().filter(each -> each.toString().equals(parts[0])).findFirst();
    if (family.isEmpty() || parts.length < 2) {
      return event(type, MAPPER.createObjectNode().put("sample", number()), null);
    }
    if (parts[1].equals("created") || parts[1].equals("started")) {
      return event(type, create(family.get()), null);
    }
    ObjectNode object =
        alive(family.get()).stream()
            .filter(each -> canHappen(each.path("status").asText(), parts[1]))
            .findFirst()
            .orElseGet(() -> create(family.get()));
    if (parts[1].equals("shipped") && object.path("status").asText().equals("pending")) {
      object.put("status", "paid");
    }
    return go(family.get(), object, parts[1]);
  }

  /**
   * An event with given data.
   *
   * @throws IllegalArgumentException if they are no JSON
   */
  SimulatedEvent of(String type, String data) {
    JsonNode given;
    try {
      given = MAPPER.readTree(data);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The data of an event must be JSON: " + e.getOriginalMessage(), e);
    }
    return event(type, given, null);
  }

  private static List<Family> families() {
    return List.of(Family.values());
  }

  private List<ObjectNode> alive(Family family) {
    return alive.getOrDefault(family, new ArrayList<>());
  }

  private SimulatedEvent begin(Family family) {
    return event(
        family + (family == Family.EXPORT ? ".started" : ".created"), create(family), null);
  }

  /** What may happen next, some more often than others. */
  private String action(Family family, ObjectNode object) {
    int chance = random.nextInt(100);
    return switch (family) {
      case CUSTOMER, EMPLOYEE -> chance < 80 ? "updated" : "deleted";
      case INVOICE -> chance < 30 ? "updated" : chance < 85 ? "paid" : "deleted";
      case ORDER ->
          object.path("status").asText().equals("paid")
              ? "shipped"
              : chance < 80 ? "paid" : "cancelled";
      case EXPORT -> chance < 85 ? "completed" : "failed";
    };
  }

  private static boolean canHappen(String status, String action) {
    return switch (action) {
      case "paid", "cancelled" -> status.equals("pending") || status.equals("open");
      case "shipped" -> status.equals("paid");
      default -> true;
    };
  }

  /** Lets something happen to an object; what is over is forgotten. */
  private SimulatedEvent go(Family family, ObjectNode object, String action) {
    ObjectNode previous = MAPPER.createObjectNode();
    switch (action) {
      case "updated" -> change(family, object, previous);
      case "paid", "shipped", "cancelled", "failed" -> become(object, previous, action);
      case "completed" -> {
        become(object, previous, action);
        files(object);
      }
      default -> {}
    }
    boolean lives = action.equals("updated") || family == Family.ORDER && action.equals("paid");
    if (!lives && !List.of("created", "started").contains(action)) {
      alive(family).remove(object);
    }
    return event(family + "." + action, object, previous.isEmpty() ? null : previous);
  }

  private static void become(ObjectNode object, ObjectNode previous, String status) {
    previous.put("status", object.path("status").asText());
    object.put("status", status);
  }

  private void change(Family family, ObjectNode object, ObjectNode previous) {
    String field =
        switch (family) {
          case CUSTOMER -> "email";
          case EMPLOYEE -> "team";
          default -> "total";
        };
    previous.set(field, object.path(field));
    switch (family) {
      case CUSTOMER -> object.put(field, "mail" + number() + "@example.com");
      case EMPLOYEE -> object.put(field, TEAMS.get(random.nextInt(TEAMS.size())));
      default -> object.put(field, amount());
    }
  }

  private ObjectNode create(Family family) {
    int number = number();
    ObjectNode data =
        switch (family) {
          case CUSTOMER -> person(number);
          case EMPLOYEE ->
              person(number)
                  .put("number", "EMP-" + number)
                  .put("team", TEAMS.get(random.nextInt(TEAMS.size())));
          case INVOICE -> SampleEvents.invoice(number, amount()).put("customer", customer());
          case ORDER ->
              SampleEvents.order(number, 1 + random.nextInt(9), amount())
                  .put("customer", customer());
          case EXPORT -> MAPPER.createObjectNode().put("number", "EXP-" + number);
        };
    ObjectNode object = MAPPER.createObjectNode().put("id", family.prefix() + hex(8));
    object.setAll(data);
    switch (family) {
      case INVOICE -> object.put("status", "open");
      case ORDER -> object.put("status", "pending");
      case EXPORT -> object.put("status", "running");
      default -> {}
    }
    List<ObjectNode> living = alive(family);
    if (living.size() == MOST_ALIVE) {
      living.remove(0);
    }
    living.add(object);
    return object;
  }

  private ObjectNode person(int number) {
    String first = FIRST_NAMES.get(random.nextInt(FIRST_NAMES.size()));
    String last = LAST_NAMES.get(random.nextInt(LAST_NAMES.size()));
    String email = (first + "." + last + "@example.com").toLowerCase(Locale.ROOT);
    return SampleEvents.customer(number, first + " " + last, email);
  }

  /** One who lives; where the story has none, somebody who was there before it. */
  private String customer() {
    List<ObjectNode> living = alive(Family.CUSTOMER);
    return living.isEmpty()
        ? Family.CUSTOMER.prefix() + hex(8)
        : living.get(random.nextInt(living.size())).path("id").asText();
  }

  private void files(ObjectNode export) {
    int count = 1 + random.nextInt(3);
    for (int i = 1; i <= count; i++) {
      String name = export.path("number").asText() + "-" + i + ".csv";
      export
          .withArray("/files")
          .addObject()
          .put("name", name)
          .put("url", "https://files.gamma.example/" + name)
          .put("rows", 1 + random.nextInt(5000))
          .put("bytes", 100 + random.nextInt(500_000))
          .put("sha256", hex(32));
    }
  }

  private SimulatedEvent event(String type, JsonNode data, @Nullable ObjectNode previous) {
    String id = "evt_" + hex(12);
    return new SimulatedEvent(
        id, type, RawBody.of(SampleEvents.bytes(fields, id, type, time.get(), data, previous)));
  }

  private int number() {
    return 1000 + random.nextInt(9000);
  }

  private String amount() {
    return (5 + random.nextInt(995)) + "." + (10 + random.nextInt(90));
  }

  private String hex(int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return HexFormat.of().formatHex(made);
  }
}
