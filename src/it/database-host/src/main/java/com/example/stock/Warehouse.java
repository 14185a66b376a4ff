package com.example.stock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What routes call; each call is one transaction of JPA. */
@Service("warehouse")
public class Warehouse {

  private final EntityManager entities;
  private final ObjectMapper json;

  Warehouse(EntityManager entities, ObjectMapper json) {
    this.entities = entities;
    this.json = json;
  }

  /**
   * Reserves what an order says, such as <code>{"item":"bolt","pieces":3}</code>.
   *
   * @throws IllegalArgumentException if there is no such item
   * @throws IllegalStateException if there are too few pieces; nothing is reserved then
   */
  @Transactional
  public String reserve(String number, byte[] order) throws IOException {
    JsonNode wanted = json.readTree(order);
    String name = wanted.path("item").asText();
    int pieces = wanted.path("pieces").asInt();
    Item item = find(name);
    if (entities.find(Reservation.class, number) != null) {
      return number + " was reserved before";
    }
    entities.persist(new Reservation(number, name, pieces));
    // Written before it is found out that it must not be: only a rollback takes it away.
    entities.flush();
    if (item.pieces() < pieces) {
      throw new IllegalStateException("only " + item.pieces() + " of " + name);
    }
    item.add(-pieces);
    return number + " is reserved, " + item.pieces() + " of " + name + " are left";
  }

  @Transactional
  public String restock(String name, int pieces) {
    Item item = find(name);
    item.add(pieces);
    return item.pieces() + " of " + item.name();
  }

  private Item find(String name) {
    Item item = entities.find(Item.class, name);
    if (item == null) {
      throw new IllegalArgumentException("no item " + name);
    }
    return item;
  }
}
