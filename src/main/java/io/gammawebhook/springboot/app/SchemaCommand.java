package io.gammawebhook.springboot.app;

import io.gammawebhook.store.SchemaScripts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what makes the inbox's tables, for those who let no program change their database. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    versionProvider = AppVersion.class,
    sortOptions = false,
    description = {
      "Prints the SQL that makes the inbox's tables, or brings them up to date.",
      "It connects to no database. With gamma.webhook.inbox.schema=validate the server then starts"
          + " with a user that may not create tables."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar camel-gamma-webhook-app.jar schema --dialect postgresql > inbox.sql",
      "  java -jar camel-gamma-webhook-app.jar schema --dialect postgresql --after 1"
    })
final class SchemaCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dialect",
      paramLabel = "<database>",
      required = true,
      description = "postgresql or sqlite.")
  private String dialect = "";

  @Option(
      names = "--after",
      paramLabel = "<version>",
      defaultValue = "0",
      description =
          "Schema version that the store has (the highest in webhook_schema); only what comes"
              + " after it is printed. Default: ${DEFAULT-VALUE}, an empty store.")
  private int after;

  @Override
  public Integer call() {
    try {
      spec.commandLine().getOut().print(SchemaScripts.of(dialect).print(after));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
