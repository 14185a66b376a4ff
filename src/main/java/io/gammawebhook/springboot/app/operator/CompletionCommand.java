package io.gammawebhook.springboot.app.operator;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Completion for shells. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a script that completes commands and options in bash and zsh.",
      "The shell completes a word of its own, so the application needs one: an alias, or a script"
          + " that calls it."
    },
    footer = {
      "  alias webhooks='java -jar /opt/gamma/camel-gamma-webhook-app.jar'",
      "  source <(webhooks completion --name webhooks)"
    })
final class CompletionCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--name",
      paramLabel = "<word>",
      defaultValue = "webhooks",
      description = "What you call the application by. Default: ${DEFAULT-VALUE}.")
  private String name = "webhooks";

  @Override
  public void run() {
    // It becomes part of a script that is executed.
    if (!name.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
      throw new ParameterException(
          spec.commandLine(), "--name must be a plain word, such as webhooks");
    }
    spec.commandLine().getOut().print(AutoComplete.bash(name, spec.root().commandLine()));
    spec.commandLine().getOut().flush();
  }
}
