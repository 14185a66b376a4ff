package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a waiting delivery due. */
@Command(
    name = "retry",
    description = "Makes a waiting delivery due now, instead of at its next time.",
    footer = "  retry 01a20fb1-6c83-7074-a275-a13807c62a78.1.0 --why 'destination repaired'")
final class RetryCommand extends OperatorCommand {

  @Parameters(paramLabel = "<delivery>", description = "The delivery's id.")
  private String delivery = "";

  @Mixin private OperatorOptions operator = new OperatorOptions();

  RetryCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    operator.check(this);
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("delivery", delivery);
    operator.addTo(parameters, connection());
    JsonNode answer = backend.order("retry", parameters).orRefused();
    if (!printedAsJson(answer)) {
      console()
          .line(
              "The delivery "
                  + Console.text(answer, "delivery")
                  + " is "
                  + Console.text(answer, "state"));
    }
    return ExitCodes.DONE;
  }
}
