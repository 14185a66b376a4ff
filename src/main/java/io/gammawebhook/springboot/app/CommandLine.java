package io.gammawebhook.springboot.app;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * The product's commands. They read the same configuration as the server: its files, its
 * environment variables, and properties on the command line such as {@code
 * --gamma.webhook.data-dir=/var/lib/gamma}.
 */
@Command(
    name = "camel-gamma-webhook-app",
    description = "Without a command, the server is started.",
    subcommands = {SendCommand.class},
    mixinStandardHelpOptions = true)
final class CommandLine {

  /** The exit code of a wrong command line. */
  static final int USAGE = picocli.CommandLine.ExitCode.USAGE;

  private CommandLine() {}

  /** Whether the arguments name a command or ask for help, rather than start the server. */
  static boolean isCommand(String[] args) {
    return args.length > 0
        && (!args[0].startsWith("-") || List.of("--help", "-h", "help").contains(args[0]));
  }

  /**
   * Runs a command.
   *
   * @return the process's exit code
   */
  static int run(String[] args) {
    List<String> properties = new ArrayList<>();
    List<String> own = new ArrayList<>();
    for (String arg : args) {
      // A property's name has a dot, which no option of a command has.
      boolean property = arg.matches("--[A-Za-z][A-Za-z0-9-]*\\.[^=]+=.*");
      (property ? properties : own).add(arg);
    }
    AppSettings settings = new AppSettings(properties);
    return new picocli.CommandLine(new CommandLine(), new Commands(settings))
        .setExecutionExceptionHandler(
            (failure, line, result) -> {
              line.getErr().println(failure.getMessage());
              return picocli.CommandLine.ExitCode.SOFTWARE;
            })
        .execute(own.toArray(String[]::new));
  }

  /** Makes the commands with what they need. */
  private record Commands(AppSettings settings) implements picocli.CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      @Nullable Object made = type == SendCommand.class ? new SendCommand(settings) : null;
      return made == null ? picocli.CommandLine.defaultFactory().create(type) : type.cast(made);
    }
  }
}
