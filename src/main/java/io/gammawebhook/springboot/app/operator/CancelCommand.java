package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends an order on many events. */
@Command(
    name = "cancel",
    description = "Ends an order on many events. What it has done stays done.",
    footer = "  cancel 01a20fb1-6c83-7074-a275-a13807c62a78 --why 'the wrong source'")
final class CancelCommand extends OperatorCommand {

  @Parameters(paramLabel = "<operation>", description = "Its id, as operations shows it.")
  private String operation = "";

  @Mixin private OperatorOptions operator = new OperatorOptions();

  CancelCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    operator.check(this);
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("operation", operation);
    operator.addTo(parameters, connection());
    JsonNode answer = backend.order("cancel", parameters).orRefused();
    if (!printedAsJson(answer)) {
      console()
          .line(
              "The operation "
                  + Console.text(answer, "operation")
                  + " is "
                  + Console.text(answer, "state"));
    }
    return ExitCodes.DONE;
  }
}
