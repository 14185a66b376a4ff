package com.example.stock;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class StockController {

  private final Warehouse warehouse;

  StockController(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  @PostMapping("/items/{name}")
  ResponseEntity<String> restock(@PathVariable String name, @RequestParam int pieces) {
    return ResponseEntity.ok()
        .header("X-Thread", Thread.currentThread().toString())
        .body(warehouse.restock(name, pieces));
  }
}
