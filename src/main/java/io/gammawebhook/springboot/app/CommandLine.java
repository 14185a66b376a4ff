package io.gammawebhook.springboot.app;

import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.springboot.Spelling;
import io.gammawebhook.springboot.app.operator.CommandFailure;
import io.gammawebhook.springboot.app.operator.OperatorCommands;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The product's commands. They read the same configuration as the server: its files, its
 * environment variables, and properties on the command line such as {@code
 * --gamma.webhook.data-dir=/var/lib/gamma}.
 */
@Command(
    name = "camel-gamma-webhook-app",
    description = "Without a command, the server is started.",
    mixinStandardHelpOptions = true,
    versionProvider = AppVersion.class,
    subcommands = {
      SendCommand.class,
      SimulateCommand.class,
      CheckCommand.class,
      SchemaCommand.class
    })
final class CommandLine implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  private CommandLine() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }

  /**
   * Whether the arguments name a command or ask for help or the version, rather than start the
   * server.
   */
  static boolean isCommand(String[] args) {
    return args.length > 0
        && (!args[0].startsWith("-")
            || List.of("--help", "-h", "--version", "-V").contains(args[0]));
  }

  /**
   * Runs a command.
   *
   * @return the process's exit code
   */
  static int run(String[] args) {
    Charset console = Charset.defaultCharset();
    return run(
        args,
        new PrintWriter(System.out, true, console),
        new PrintWriter(System.err, true, console));
  }

  static int run(String[] args, PrintWriter out, PrintWriter err) {
    List<String> properties = new ArrayList<>();
    List<String> own = new ArrayList<>();
    for (String arg : args) {
      // A property's name has a dot, which no option of a command has.
      boolean property = arg.matches("--[A-Za-z][A-Za-z0-9-]*\\.[^=]+=.*");
      (property ? properties : own).add(arg);
    }
    return line(new AppSettings(properties))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((fault, given) -> usageError(fault))
        .setExecutionExceptionHandler(
            (failure, called, result) -> {
              called.getErr().println(failure.getMessage());
              if (failure instanceof CommandFailure refused) {
                return refused.exitCode();
              }
              return failure instanceof InvalidConfigurationException
                  ? picocli.CommandLine.ExitCode.USAGE
                  : picocli.CommandLine.ExitCode.SOFTWARE;
            })
        .execute(own.toArray(String[]::new));
  }

  /** All commands, with their options and help. */
  static picocli.CommandLine line(AppSettings settings) {
    picocli.CommandLine line = new picocli.CommandLine(new CommandLine(), new Commands(settings));
    // What is printed is the answer alone.
    OperatorCommands.addTo(line, () -> settings.environment("--logging.level.root=OFF"));
    return line.addSubcommand(new picocli.CommandLine.HelpCommand());
  }

  /** The reason, what was probably meant, and where to read on; the whole help would hide it. */
  private static int usageError(ParameterException fault) {
    PrintWriter err = fault.getCommandLine().getErr();
    err.println(fault.getMessage());
    if (fault instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      if (argument.startsWith("--") && argument.contains(".")) {
        err.println("A property is written " + argument + "=<value>");
      } else {
        suggestion(fault, argument).ifPresent(meant -> err.println("Did you mean " + meant + "?"));
      }
    }
    boolean own = fault.getCommandLine().getParent() != null;
    err.println("Try " + (own ? fault.getCommandLine().getCommandName() + " " : "") + "--help");
    return picocli.CommandLine.ExitCode.USAGE;
  }

  private static Optional<String> suggestion(ParameterException fault, String argument) {
    CommandSpec spec = fault.getCommandLine().getCommandSpec();
    List<String> names = new ArrayList<>(spec.optionsMap().keySet());
    names.addAll(spec.subcommands().keySet());
    return Spelling.nearest(argument.split("=", 2)[0], names);
  }

  /** Makes the commands with what they need. */
  private record Commands(AppSettings settings) implements picocli.CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      @Nullable Object made = null;
      if (type == SendCommand.class) {
        made = new SendCommand(settings);
      } else if (type == SimulateCommand.class) {
        made = new SimulateCommand(settings, InstantSource.system());
      } else if (type == CheckCommand.class) {
        made = new CheckCommand(settings);
      }
      return made == null ? picocli.CommandLine.defaultFactory().create(type) : type.cast(made);
    }
  }
}
