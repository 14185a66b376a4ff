package com.example.orders;

import java.util.Map;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Webhooks of the company's own systems, which have logins, and a page that gives a CSRF token. */
@RestController
class WebhooksController {

  @GetMapping("/public/token")
  Map<String, String> token(CsrfToken token) {
    return Map.of("token", token.getToken());
  }

  @GetMapping("/webhooks/internal")
  Map<String, String> internal() {
    return Map.of("served-by", "orders");
  }

  @PostMapping("/webhooks/internal")
  Map<String, String> internal(@RequestParam String item) {
    return Map.of("served-by", "orders", "item", item);
  }

  /** Reached by forms that send {@code _method=delete}. */
  @DeleteMapping("/webhooks/internal")
  Map<String, String> deleteInternal(@RequestParam String item) {
    return Map.of("served-by", "orders", "deleted", item);
  }

  @RequestMapping(
      path = "/webhooks/{system}",
      method = {RequestMethod.GET, RequestMethod.POST})
  Map<String, String> other(@PathVariable String system) {
    return Map.of("served-by", "orders", "system", system);
  }
}
