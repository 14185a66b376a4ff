package com.example.orders;

import com.fasterxml.jackson.annotation.JsonInclude;
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

  /** What is answered; JSON has its fields in this order. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Reply(String servedBy, String what, String item) {}

  @GetMapping("/public/token")
  Map<String, String> token(CsrfToken token) {
    return Map.of("token", token.getToken());
  }

  @GetMapping("/webhooks/internal")
  Reply internal() {
    return new Reply("orders", "internal", null);
  }

  @PostMapping("/webhooks/internal")
  Reply internal(@RequestParam String item) {
    return new Reply("orders", "received", item);
  }

  /** Reached by forms that send {@code _method=delete}. */
  @DeleteMapping("/webhooks/internal")
  Reply deleteInternal(@RequestParam String item) {
    return new Reply("orders", "deleted", item);
  }

  @RequestMapping(
      path = "/webhooks/{system}",
      method = {RequestMethod.GET, RequestMethod.POST})
  Reply other(@PathVariable String system) {
    return new Reply("orders", system, null);
  }
}
