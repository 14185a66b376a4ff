package io.gammawebhook.springboot.app.operator;

import java.util.List;
import java.util.function.Supplier;
import org.springframework.core.env.ConfigurableEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The operator's commands, for the application's command line. */
public final class OperatorCommands {

  private OperatorCommands() {}

  /**
   * Adds them.
   *
   * @param environment the server's configuration, which is read only if a command needs it
   */
  public static void addTo(CommandLine application, Supplier<ConfigurableEnvironment> environment) {
    List<OperatorCommand> commands =
        List.of(
            new EventsCommand(new Connection(environment)),
            new ShowCommand(new Connection(environment)),
            new DeadLettersCommand(new Connection(environment)),
            new ReplayCommand(new Connection(environment)),
            new RetryCommand(new Connection(environment)),
            new DiscardCommand(new Connection(environment)),
            new EraseCommand(new Connection(environment)),
            new OperationsCommand(new Connection(environment)),
            new CancelCommand(new Connection(environment)),
            new SubscriptionsCommand(new Connection(environment)),
            new SubscriptionOrder.Pause(new Connection(environment)),
            new SubscriptionOrder.Resume(new Connection(environment)),
            new SubscriptionOrder.Retire(new Connection(environment)),
            new SourcesCommand(new Connection(environment)),
            new QuarantineCommand(new Connection(environment)),
            new ReleaseCommand(new Connection(environment)),
            new AuditCommand(new Connection(environment)),
            new RegistrationsCommand(new Connection(environment)));
    for (OperatorCommand command : commands) {
      CommandLine line = new CommandLine(command);
      describe(line.getCommandSpec());
      line.getCommandSpec()
          .usageMessage()
          .exitCodeListHeading("%nExit codes:%n")
          .exitCodeList(ExitCodes.described());
      application.addSubcommand(line);
    }
    CommandLine register = new CommandLine(new RegisterCommand());
    describe(register.getCommandSpec());
    application.addSubcommand(register);
    CommandLine completion = new CommandLine(new CompletionCommand());
    describe(completion.getCommandSpec());
    application.addSubcommand(completion);
  }

  private static void describe(CommandSpec spec) {
    spec.usageMessage()
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .footerHeading("%nExamples, each after java -jar camel-gamma-webhook-app.jar:%n");
  }
}
