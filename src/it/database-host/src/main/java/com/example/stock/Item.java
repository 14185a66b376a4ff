package com.example.stock;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** So many pieces of something. */
@Entity
class Item {

  @Id private String name;
  private int pieces;

  protected Item() {}

  String name() {
    return name;
  }

  int pieces() {
    return pieces;
  }

  void add(int more) {
    pieces += more;
  }
}
