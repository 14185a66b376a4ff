package com.example.stock;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Pieces that somebody is going to fetch. */
@Entity
class Reservation {

  @Id private String number;
  private String item;
  private int pieces;

  protected Reservation() {}

  Reservation(String number, String item, int pieces) {
    this.number = number;
    this.item = item;
    this.pieces = pieces;
  }
}
