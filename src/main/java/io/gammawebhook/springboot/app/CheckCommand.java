package io.gammawebhook.springboot.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.routes.FolderCheck;
import io.gammawebhook.routes.KameletCheck;
import io.gammawebhook.routes.RouteFile;
import io.gammawebhook.routes.RouteFiles;
import io.gammawebhook.routes.RouteProblem;
import io.gammawebhook.springboot.GammaWebhookAutoConfiguration;
import io.gammawebhook.springboot.Spelling;
import io.gammawebhook.springboot.StartCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.PackageScanResourceResolver;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at the configuration, its schemes, the Kamelets and the routes, and starts nothing. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = AppVersion.class,
    sortOptions = false,
    description = {
      "Checks the configuration, its signature schemes, the Kamelets and the routes of this folder.",
      "It starts nothing: no port, no store and no folder is opened or made, and no secret."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is sound; there may be warnings",
      "1:something is wrong; each problem is printed with its place and a hint",
      "2:the command line is wrong"
    },
    footerHeading = "%nExamples, in the folder with routes/:%n",
    footer = {
      "  java -jar camel-gamma-webhook-app.jar check",
      "  java -jar camel-gamma-webhook-app.jar check --json",
      "",
      "Properties of the server may follow:",
      "  --gamma.webhook.mode=dev",
      "  --spring.config.additional-location=file:/etc/gamma-webhook/"
    })
final class CheckCommand implements Callable<Integer> {

  private final AppSettings settings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  CheckCommand(AppSettings settings) {
    this.settings = settings;
  }

  /**
   * One line of the result.
   *
   * @param place a file with its line, or a property
   */
  private record Line(String place, String file, int line, String problem, String hint) {
    static Line of(RouteProblem problem) {
      return new Line(
          problem.place(), problem.file(), problem.line(), problem.fault(), problem.cure());
    }

    static Line of(ConfigurationProblem problem) {
      return new Line(problem.property(), "", 0, problem.fault(), problem.cure());
    }

    Map<String, Object> json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      if (file.isEmpty()) {
        fields.put("property", place);
      } else {
        fields.put("file", file);
        fields.put("line", line);
      }
      fields.put("problem", problem);
      fields.put("hint", hint);
      return fields;
    }
  }

  @Override
  public Integer call() throws JsonProcessingException {
    // What is printed is the result alone.
    ConfigurableEnvironment environment = settings.environment("--logging.level.root=OFF");
    List<Line> problems = new ArrayList<>();
    List<Line> warnings = new ArrayList<>();
    List<ConfigurationProblem> configuration =
        StartCheck.problems(
            environment,
            List.of(
                GammaWebhookAutoConfiguration.section(),
                AppConfiguration.mailSection(),
                AppConfiguration.httpSection(),
                RoutesConfiguration.routesSection()));
    configuration.forEach(problem -> problems.add(Line.of(problem)));
    Map<String, String> sources = sources(environment);
    int files;
    int kamelets;
    try (CheckContext context =
        CheckContext.of(environment, sources.keySet(), configuration.isEmpty())) {
      ModelCamelContext camel = (ModelCamelContext) context.getBean(CamelContext.class);
      List<RouteFile> kameletFiles = kamelets(camel, environment, problems);
      kamelets = kameletFiles.size();
      KameletCheck kameletCheck = new KameletCheck(camel, Spelling::nearest);
      for (RouteFile kamelet : kameletFiles) {
        kameletCheck.problems(kamelet).forEach(problem -> problems.add(Line.of(problem)));
      }
      RouteFiles.Listing listing = context.getBean(FolderFiles.class).list();
      files = listing.files().size() + listing.unreadable().size();
      if (files == 0) {
        problems.add(
            Line.of(
                new ConfigurationProblem(
                    AppFolders.INCLUDE,
                    "is "
                        + environment.getProperty(AppFolders.INCLUDE)
                        + ", and there is no such file",
                    "Call the command in the folder that has routes/, or name another place.")));
      }
      FolderCheck.Found found = new FolderCheck(camel, Spelling::nearest, sources).look(listing);
      found.problems().forEach(problem -> problems.add(Line.of(problem)));
      found.warnings().forEach(warning -> warnings.add(Line.of(warning)));
    }
    String summary =
        files
            + (files == 1 ? " file of routes, " : " files of routes, ")
            + kamelets
            + " Kamelets, "
            + sources.size()
            + (sources.size() == 1 ? " source: " : " sources: ")
            + (problems.isEmpty() ? "sound" : problems.size() + " wrong");
    print(problems, warnings, summary);
    return problems.isEmpty() ? 0 : 1;
  }

  private void print(List<Line> problems, List<Line> warnings, String summary)
      throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("sound", problems.isEmpty());
      result.put("problems", problems.stream().map(Line::json).toList());
      result.put("warnings", warnings.stream().map(Line::json).toList());
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
    } else {
      for (Line problem : problems) {
        out.println(problem.place() + ": " + problem.problem());
        out.println("    " + problem.hint());
      }
      for (Line warning : warnings) {
        out.println("warning: " + warning.place() + ": " + warning.problem());
        out.println("    " + warning.hint());
      }
      out.println(summary);
    }
    out.flush();
  }

  /** The names and paths alone, which can be read though other properties are wrong. */
  private static Map<String, String> sources(ConfigurableEnvironment environment) {
    Map<String, String> sources = new TreeMap<>();
    Binder binder = Binder.get(environment);
    binder
        .bind("gamma.webhook.sources", Bindable.mapOf(String.class, Object.class))
        .orElse(Map.of())
        .keySet()
        .forEach(
            name ->
                sources.put(
                    name,
                    environment.getProperty(
                        "gamma.webhook.sources." + name + ".path",
                        SourceDefinition.defaultPath(name))));
    return sources;
  }

  /** Those of the configured places and of the jar; the first of a name counts. */
  private static List<RouteFile> kamelets(
      CamelContext camel, ConfigurableEnvironment environment, List<Line> problems) {
    Map<String, RouteFile> found = new TreeMap<>();
    PackageScanResourceResolver resolver = PluginHelper.getPackageScanResourceResolver(camel);
    String places =
        environment.getProperty("camel.component.kamelet.location", "") + ",classpath:kamelets";
    for (String place : places.split(",")) {
      if (place.isBlank()) {
        continue;
      }
      Collection<Resource> resources;
      try {
        resources = resolver.findResources(place.strip() + "/*.kamelet.yaml");
      } catch (Exception e) {
        // A place that is not there holds none.
        continue;
      }
      for (Resource resource : resources) {
        try {
          RouteFile file = RouteFile.read(resource);
          String name = file.name().substring(file.name().lastIndexOf('/') + 1);
          found.putIfAbsent(name, file);
        } catch (IOException e) {
          problems.add(
              Line.of(
                  new RouteProblem(
                      resource.getLocation(),
                      0,
                      "The Kamelet cannot be read",
                      "Let this process read it.")));
        }
      }
    }
    return List.copyOf(found.values());
  }
}
