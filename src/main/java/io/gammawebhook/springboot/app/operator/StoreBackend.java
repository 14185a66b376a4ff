package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.admin.Answer;
import io.gammawebhook.admin.Caller;
import io.gammawebhook.springboot.OperatorStore;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** The store itself, by the service that a node has too. */
final class StoreBackend implements Backend {

  private final ObjectMapper json = new ObjectMapper();
  private final OperatorStore store;
  private final Caller caller;

  /**
   * @param store is closed with this
   */
  StoreBackend(OperatorStore store) {
    this.store = store;
    // <pid>@<host>
    String process = ManagementFactory.getRuntimeMXBean().getName();
    String host = process.substring(process.indexOf('@') + 1);
    this.caller = new Caller(null, "cli " + System.getProperty("user.name", "?") + "@" + host);
  }

  @Override
  public Reply read(String list, Map<String, String> parameters) {
    return reply(
        list.isEmpty() ? store.service().status() : store.service().read(list, parameters));
  }

  @Override
  public Reply order(String operation, Map<String, String> parameters) {
    return reply(store.service().order(operation, parameters, caller));
  }

  private Reply reply(Answer answer) {
    return new Reply(answer.status(), json.valueToTree(answer.body()));
  }

  @Override
  public void close() {
    store.close();
  }
}
