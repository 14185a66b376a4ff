package io.gammawebhook.routes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.camel.model.ModelCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Checks the files of a folder, each by itself and against the names that others have. Opens and
 * changes nothing. Used by one thread at a time.
 */
public final class FolderCheck {

  private final Map<Claim, String> reserved = new LinkedHashMap<>();
  private final BiFunction<RouteFile, List<RouteFile>, CheckedFile> check;

  /**
   * @param context the context that the routes are for; it need not have started
   * @param sources the configured sources, by name, with the path of each
   */
  public FolderCheck(ModelCamelContext context, NearestName nearest, Map<String, String> sources) {
    this.check = new RouteFileCheck(context, nearest)::check;
    sources.forEach(
        (source, path) -> {
          String owner = "gamma.webhook.sources." + source;
          reserved.put(new Claim(Claim.Kind.SOURCE, source, 0), owner);
          reserved.put(new Claim(Claim.Kind.PATH, path, 0), owner);
        });
  }

  /**
   * What was found.
   *
   * @param problems all that is wrong with the files, in their order
   * @param warnings what works and probably was not meant
   */
  public record Found(List<RouteProblem> problems, List<RouteProblem> warnings) {}

  /** Looks at all files. */
  public Found look(RouteFiles.Listing listing) {
    Map<String, CheckedFile> all = new TreeMap<>();
    for (RouteFile file : listing.files()) {
      all.put(file.name(), check(file, listing.files()));
    }
    List<RouteProblem> problems = new ArrayList<>(listing.unreadable());
    Map<String, CheckedFile> sound = new TreeMap<>();
    all.forEach(
        (name, file) -> {
          problems.addAll(file.problems());
          if (file.isSound()) {
            sound.put(name, file);
          }
        });
    collisions(sound, Map.of()).values().forEach(problems::addAll);
    problems.sort(Comparator.comparing(RouteProblem::file).thenComparingInt(RouteProblem::line));
    return new Found(List.copyOf(problems), deadEnds(all.values()));
  }

  CheckedFile check(RouteFile file, List<RouteFile> all) {
    return check.apply(
        file, all.stream().filter(other -> !other.name().equals(file.name())).toList());
  }

  /**
   * Which files cannot be, because of names that others have; each gives way to what runs already,
   * and otherwise to the one before it.
   *
   * @param wanted the files as they are to be; those that give way are taken out, and what runs of
   *     them is put back
   * @param running what runs of them now
   * @return what is wrong with those that gave way
   */
  Map<String, List<RouteProblem>> collisions(
      Map<String, CheckedFile> wanted, Map<String, CheckedFile> running) {
    Map<String, List<RouteProblem>> refused = new TreeMap<>();
    boolean again = true;
    while (again) {
      again = false;
      for (String name : List.copyOf(wanted.keySet())) {
        CheckedFile file = wanted.get(name);
        @Nullable CheckedFile before = running.get(name);
        if (file == null || file == before) {
          continue;
        }
        List<RouteProblem> problems = collisions(file, wanted, running);
        if (!problems.isEmpty()) {
          refused.put(name, problems);
          if (before == null) {
            wanted.remove(name);
          } else {
            wanted.put(name, before);
          }
          again = true;
        }
      }
    }
    return refused;
  }

  private List<RouteProblem> collisions(
      CheckedFile file, Map<String, CheckedFile> wanted, Map<String, CheckedFile> running) {
    List<RouteProblem> problems = new ArrayList<>();
    for (Claim claim : file.claims()) {
      if (claim.kind() == Claim.Kind.CONFIGURATION && claim.name().isEmpty()) {
        continue;
      }
      reserved.forEach(
          (other, owner) -> {
            if (claim.collidesWith(other)) {
              problems.add(claim.collision(file.file().name(), owner));
            }
          });
      for (CheckedFile other : wanted.values()) {
        boolean first =
            other == running.get(other.file().name())
                || other.file().name().compareTo(file.file().name()) < 0;
        if (other != file && first) {
          other.claims().stream()
              .filter(claim::collidesWith)
              .findFirst()
              .ifPresent(
                  taken ->
                      problems.add(
                          claim.collision(
                              file.file().name(),
                              other.file().name() + (taken.line() > 0 ? ":" + taken.line() : ""))));
        }
      }
    }
    return problems;
  }

  /** Endpoints {@code direct:…} that routes send to and no route begins with. */
  static List<RouteProblem> deadEnds(Iterable<CheckedFile> files) {
    List<Claim> begun = new ArrayList<>();
    files.forEach(file -> begun.addAll(file.claims()));
    List<RouteProblem> ends = new ArrayList<>();
    for (CheckedFile file : files) {
      for (Claim call : file.calls()) {
        if (begun.stream().noneMatch(call::collidesWith)) {
          ends.add(
              new RouteProblem(
                  file.file().name(),
                  call.line(),
                  "It sends to " + call.name() + ", and no route of these files begins with that",
                  "What comes there fails after 30 s and is tried again: correct the name, or add"
                      + " the route."));
        }
      }
    }
    return ends;
  }
}
