package io.gammawebhook.routes;

import io.gammawebhook.camel.IngressRoutes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Ordered;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a folder in a Camel context. Each is loaded by itself: a wrong one is an {@code
 * ERROR} with file, line and a hint, and the others run. {@link #refresh} exchanges what has
 * changed: the new version is checked in a scratch context, what the old one has in hand ends by
 * it, and a version that does not start gives way to the old one. Routes of files that have not
 * changed go on.
 *
 * <p>The routes start when Camel has started and before its doors open, so that every subscription
 * is there before the first event. The file of the ingress is for the start only: a wrong one
 * refuses it, and a change of it waits for the next. Safe for use by many threads.
 */
public final class RouteFolder implements ExtendedStartupListener, Ordered {

  private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

  private static final Pattern DEFINES_INGRESS =
      Pattern.compile("(?m)^[^#]*\\bid:\\s*[\"']?" + IngressRoutes.TEMPLATE_ID + "\\b(?!-)");

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final ModelCamelContext context;
  private final RouteFiles files;
  private final FolderCheck check;
  private final NearestName nearest;
  private final Duration drain;
  private final Map<String, LoadedFile> loaded = new TreeMap<>();
  private final Map<String, Refused> refused = new TreeMap<>();
  private final Set<String> saidDeadEnds = new TreeSet<>();
  private @Nullable String saidNoFiles;
  private RouteFiles.@Nullable Listing seen;
  private volatile List<FileState> states = List.of();

  /**
   * A version of a file that does not run.
   *
   * @param file null where it cannot be read, or was removed
   * @param retryAt of one that is sound and did not start: when to try again if nothing of the file
   *     runs; else null
   */
  private record Refused(
      @Nullable RouteFile file,
      List<RouteProblem> problems,
      boolean needsRestart,
      @Nullable Long retryAt) {

    boolean isDue() {
      return retryAt != null && System.nanoTime() - retryAt >= 0;
    }
  }

  /**
   * @param context has not started
   * @param sources the configured sources, by name, with the path of each
   * @param drain how long deliveries in flight may take to end by the old version of their route
   */
  public RouteFolder(
      ModelCamelContext context,
      RouteFiles files,
      NearestName nearest,
      Map<String, String> sources,
      Duration drain) {
    this.context = context;
    this.files = files;
    this.check = new FolderCheck(context, nearest, sources);
    this.nearest = nearest;
    this.drain = drain;
  }

  /**
   * Checks the files and makes known what the start needs of them, such as the ingress template.
   * The routes start with Camel.
   *
   * @throws RefusedFilesException if none is sound, or that of the ingress is not
   */
  public synchronized void prepare() {
    RouteFiles.Listing listing = files.list();
    Map<String, CheckedFile> wanted = new TreeMap<>();
    for (RouteFile file : listing.files()) {
      CheckedFile checked = check.check(file, listing.files());
      if (checked.isSound()) {
        wanted.put(file.name(), checked);
      } else {
        refuse(file, checked.problems(), null);
      }
    }
    listing.unreadable().forEach(this::refuseUnreadable);
    check
        .collisions(wanted, Map.of())
        .forEach((name, problems) -> refuse(file(listing, name), problems, null));
    wanted.values().forEach(file -> loaded.put(file.file().name(), new LoadedFile(context, file)));
    step(List.copyOf(loaded.values()), LoadedFile::read);
    step(List.copyOf(loaded.values()), LoadedFile::prepare);
    note();
    refuseStart(listing);
    try {
      context.addStartupListener(this);
    } catch (Exception e) {
      throw new IllegalStateException("Camel takes no listener", e);
    }
  }

  private static @Nullable RouteFile file(RouteFiles.Listing listing, String name) {
    return listing.files().stream().filter(f -> f.name().equals(name)).findFirst().orElse(null);
  }

  private void refuseStart(RouteFiles.Listing listing) {
    refused.forEach(
        (name, file) -> {
          if (isIngress(name, file.file())) {
            throw new RefusedFilesException(
                "The file of the ingress is wrong. Without it requests would come in by the ingress"
                    + " that is built in, past what the file adds to it",
                file.problems());
          }
        });
    boolean any = !listing.files().isEmpty() || !listing.unreadable().isEmpty();
    if (any && loaded.isEmpty()) {
      throw new RefusedFilesException("No file of routes is sound", allProblems());
    }
  }

  /** Also of a file that is no YAML. */
  private static boolean isIngress(String name, @Nullable RouteFile file) {
    return name.matches("(?i)(.*[/\\\\])?ingress\\.(camel\\.)?ya?ml")
        || (file != null && DEFINES_INGRESS.matcher(file.text()).find());
  }

  private List<RouteProblem> allProblems() {
    return refused.values().stream().flatMap(file -> file.problems().stream()).toList();
  }

  /** Before the doors open, and before it is said which subscriptions nobody consumes. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST;
  }

  @Override
  public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
    // The routes start when all else has.
  }

  @Override
  public synchronized void onCamelContextFullyStarted(CamelContext started, boolean already) {
    boolean any = !loaded.isEmpty();
    List<LoadedFile> all = startOrder(loaded.values());
    step(all, LoadedFile::start);
    note();
    if (any && loaded.isEmpty()) {
      throw new RefusedFilesException("No file of routes can start", allProblems());
    }
    LOG.info("Routes of {}", said(loaded.values()));
    sayDeadEnds();
  }

  /** Routes that are called come before those that have events. */
  private static List<LoadedFile> startOrder(Collection<LoadedFile> files) {
    return files.stream()
        .sorted(
            (a, b) ->
                Boolean.compare(
                    !a.checked().names(Claim.Kind.SUBSCRIPTION).isEmpty(),
                    !b.checked().names(Claim.Kind.SUBSCRIPTION).isEmpty()))
        .toList();
  }

  private interface Step {
    void on(LoadedFile file) throws Exception;
  }

  /** Takes a step with each file; one with which it fails is taken out and the others go on. */
  private List<LoadedFile> step(List<LoadedFile> all, Step step) {
    List<LoadedFile> failed = new ArrayList<>();
    for (LoadedFile file : all) {
      if (loaded.get(file.name()) != file) {
        continue;
      }
      try {
        step.on(file);
      } catch (Exception e) {
        failed.add(file);
        loaded.remove(file.name());
        takeOut(file);
        refuse(
            file.checked().file(),
            List.of(explain(file.checked().file(), e)),
            System.nanoTime() + RETRY_NANOS);
      }
    }
    return failed;
  }

  private RouteProblem explain(RouteFile file, Exception fault) {
    @Nullable RouteYaml yaml = RouteYaml.parse(file).yaml();
    LOG.debug("{} does not start", file.name(), fault);
    return yaml == null
        ? new RouteProblem(file.name(), 0, "It does not start: " + fault, "Look at the cause.")
        : new RouteFaults(context, nearest, file, yaml)
            .explainStart(RouteYaml.line(yaml.root()), fault);
  }

  private void takeOut(LoadedFile file) {
    try {
      file.remove();
    } catch (Exception e) {
      LOG.warn("Some of {} could not be taken out of Camel", file.name(), e);
    }
  }

  private void refuse(
      @Nullable RouteFile file, List<RouteProblem> problems, @Nullable Long retryAt) {
    if (file == null) {
      return;
    }
    @Nullable Refused before =
        refused.put(file.name(), new Refused(file, problems, false, retryAt));
    boolean said = before != null && sameProblems(before.problems(), problems);
    if (!said) {
      String still = loaded.containsKey(file.name()) ? " Its old version goes on." : "";
      problems.forEach(problem -> LOG.error("{}{}", problem, still));
    }
  }

  /** Ids that Camel makes have a number, which is another one each time. */
  private static boolean sameProblems(List<RouteProblem> before, List<RouteProblem> now) {
    return before.stream()
        .map(RouteFolder::withoutNumbers)
        .toList()
        .equals(now.stream().map(RouteFolder::withoutNumbers).toList());
  }

  private static String withoutNumbers(RouteProblem problem) {
    return problem.fault().replaceAll("[0-9]+", "#");
  }

  private void refuseUnreadable(RouteProblem problem) {
    @Nullable Refused before =
        refused.put(problem.file(), new Refused(null, List.of(problem), false, null));
    if (before == null || !before.problems().equals(List.of(problem))) {
      String still = loaded.containsKey(problem.file()) ? " Its old version goes on." : "";
      LOG.error("{}{}", problem, still);
    }
  }

  /**
   * Looks at the files, and exchanges what has changed. Returns when the new versions run, or the
   * old ones again.
   */
  public synchronized void refresh() {
    if (!context.isStarted()) {
      return;
    }
    RouteFiles.Listing listing = files.list();
    if (listing.files().isEmpty() && !loaded.isEmpty()) {
      sayNoFiles();
      return;
    }
    saidNoFiles = null;
    if (listing.equals(seen) && refused.values().stream().noneMatch(Refused::isDue)) {
      // What was found out about these files holds.
      return;
    }
    seen = listing;
    Map<String, CheckedFile> running = new TreeMap<>();
    loaded.forEach((name, file) -> running.put(name, file.checked()));
    Map<String, CheckedFile> wanted = wanted(listing, running);
    check
        .collisions(wanted, running)
        .forEach((name, problems) -> refuse(file(listing, name), problems, null));
    Set<String> changed = changed(wanted, running);
    if (!changed.isEmpty()) {
      exchange(changed, wanted, running);
      sayDeadEnds();
    }
    note();
  }

  private void sayNoFiles() {
    String message =
        "No file of routes is left. A folder that is not mounted looks the same, so all routes go"
            + " on; to stop them, stop the application";
    if (!message.equals(saidNoFiles)) {
      LOG.error(message);
      saidNoFiles = message;
    }
  }

  /** The files as they are to be: the new version where it is sound, else what runs. */
  private Map<String, CheckedFile> wanted(
      RouteFiles.Listing listing, Map<String, CheckedFile> running) {
    Map<String, CheckedFile> wanted = new TreeMap<>();
    Set<String> there = new TreeSet<>();
    for (RouteProblem unreadable : listing.unreadable()) {
      there.add(unreadable.file());
      refuseUnreadable(unreadable);
      keep(unreadable.file(), running, wanted);
    }
    for (RouteFile file : listing.files()) {
      there.add(file.name());
      @Nullable CheckedFile runs = running.get(file.name());
      @Nullable Refused before = refused.get(file.name());
      if (runs != null && runs.file().equals(file)) {
        if (before != null) {
          refused.remove(file.name());
          LOG.info("{} is again as it runs", file.name());
        }
        wanted.put(file.name(), runs);
      } else if (isForRestart(file, runs)) {
        needsRestart(file);
        keep(file.name(), running, wanted);
      } else if (before != null && before.retryAt() != null && isSame(before, file)) {
        // Where an old version runs, it is not stopped again and again for one that does not start.
        if (runs == null && before.isDue()) {
          judge(file, listing, running, wanted);
        } else {
          keep(file.name(), running, wanted);
        }
      } else {
        judge(file, listing, running, wanted);
      }
    }
    for (String name : running.keySet()) {
      if (!there.contains(name) && isIngress(running.get(name))) {
        needsRestart(new RouteFile(name, ""));
        keep(name, running, wanted);
      }
    }
    refused.keySet().removeIf(name -> !there.contains(name) && !isIngress(running.get(name)));
    return wanted;
  }

  private static boolean isSame(Refused before, RouteFile file) {
    return file.equals(before.file());
  }

  private static void keep(
      String name, Map<String, CheckedFile> running, Map<String, CheckedFile> wanted) {
    @Nullable CheckedFile runs = running.get(name);
    if (runs != null) {
      wanted.put(name, runs);
    }
  }

  private void judge(
      RouteFile file,
      RouteFiles.Listing listing,
      Map<String, CheckedFile> running,
      Map<String, CheckedFile> wanted) {
    CheckedFile checked = check.check(file, listing.files());
    if (checked.isSound()) {
      wanted.put(file.name(), checked);
    } else {
      refuse(file, checked.problems(), null);
      keep(file.name(), running, wanted);
    }
  }

  private static boolean isIngress(@Nullable CheckedFile file) {
    return file != null && file.names(Claim.Kind.TEMPLATE).contains(IngressRoutes.TEMPLATE_ID);
  }

  private static boolean isForRestart(RouteFile file, @Nullable CheckedFile runs) {
    return isIngress(runs) || isIngress(file.name(), file);
  }

  /** The doors that are open stay as they are, each with the verification that it began with. */
  private void needsRestart(RouteFile file) {
    @Nullable Refused before = refused.get(file.name());
    if (before == null || !before.needsRestart() || !isSame(before, file)) {
      CheckedFile checked =
          file.text().isEmpty()
              ? new CheckedFile(file, List.of(), List.of(), Set.of(), Set.of(), List.of())
              : check.check(file, loaded.values().stream().map(l -> l.checked().file()).toList());
      refused.put(file.name(), new Refused(file, checked.problems(), true, null));
      LOG.warn(
          "{} defines the ingress, by which webhooks come in: its change counts from the next start"
              + " on, and until then the ingress stays as it is",
          file.name());
      checked
          .problems()
          .forEach(problem -> LOG.error("{} The next start would be refused.", problem));
    }
  }

  /** What has to be exchanged: also what is made from something that another file defines anew. */
  private static Set<String> changed(
      Map<String, CheckedFile> wanted, Map<String, CheckedFile> running) {
    Set<String> changed = new TreeSet<>();
    Set<String> names = new TreeSet<>(wanted.keySet());
    names.addAll(running.keySet());
    for (String name : names) {
      if (wanted.get(name) != running.get(name)) {
        changed.add(name);
      }
    }
    for (String name : List.copyOf(changed)) {
      for (CheckedFile origin : nonNull(wanted.get(name), running.get(name))) {
        wanted.values().stream()
            .filter(file -> file.dependsOn(origin) && !isIngress(file))
            .forEach(file -> changed.add(file.file().name()));
      }
    }
    return changed;
  }

  private static List<CheckedFile> nonNull(@Nullable CheckedFile a, @Nullable CheckedFile b) {
    List<CheckedFile> both = new ArrayList<>();
    if (a != null) {
      both.add(a);
    }
    if (b != null) {
      both.add(b);
    }
    return both;
  }

  private void exchange(
      Set<String> names, Map<String, CheckedFile> wanted, Map<String, CheckedFile> running) {
    List<LoadedFile> old = names.stream().map(loaded::get).filter(Objects::nonNull).toList();
    Set<String> held = hold(old);
    try {
      stop(old);
      for (LoadedFile file : old) {
        loaded.remove(file.name());
        takeOut(file);
      }
      List<LoadedFile> next = new ArrayList<>();
      for (String name : names) {
        @Nullable CheckedFile version = wanted.get(name);
        if (version != null) {
          next.add(new LoadedFile(context, version));
        }
      }
      List<LoadedFile> failed = bringIn(next);
      List<LoadedFile> back = new ArrayList<>();
      for (LoadedFile file : failed) {
        @Nullable CheckedFile before = running.get(file.name());
        if (before != null && before != file.checked()) {
          back.add(new LoadedFile(context, before));
        }
      }
      if (!back.isEmpty()) {
        bringBack(back);
      }
    } finally {
      release(held);
    }
    say(names, wanted, running);
  }

  private List<LoadedFile> bringIn(List<LoadedFile> next) {
    List<LoadedFile> failed = new ArrayList<>();
    next.forEach(file -> loaded.put(file.name(), file));
    failed.addAll(step(next, LoadedFile::read));
    failed.addAll(step(next, LoadedFile::prepare));
    failed.addAll(step(startOrder(next), LoadedFile::start));
    next.stream()
        .filter(file -> loaded.get(file.name()) == file)
        .forEach(file -> refused.remove(file.name()));
    return failed;
  }

  /** As far as nothing that has started meanwhile has its names. */
  private void bringBack(List<LoadedFile> old) {
    Map<String, Refused> why = new HashMap<>(refused);
    List<LoadedFile> free = new ArrayList<>();
    for (LoadedFile file : old) {
      Map<String, CheckedFile> now = new TreeMap<>();
      loaded.forEach((name, other) -> now.put(name, other.checked()));
      Map<String, CheckedFile> wish = new TreeMap<>(now);
      wish.put(file.name(), file.checked());
      if (check.collisions(wish, now).isEmpty()) {
        free.add(file);
      }
    }
    List<LoadedFile> failed = bringIn(free);
    free.stream()
        .filter(file -> !failed.contains(file))
        .forEach(file -> LOG.warn("The old version of {} goes on", file.name()));
    old.forEach(
        file -> {
          @Nullable Refused reason = why.get(file.name());
          if (reason != null) {
            refused.put(file.name(), reason);
          }
        });
  }

  private void stop(List<LoadedFile> old) {
    List<Route> routes = new ArrayList<>();
    old.forEach(file -> routes.addAll(file.running()));
    try {
      if (!GracefulStop.of(context, routes, drain)) {
        LOG.warn(
            "Deliveries by {} took longer than gamma.routes.drain ({} s): what was not done is tried"
                + " again by the new version, and an effect under way may repeat",
            said(old),
            drain.toSeconds());
      }
    } catch (Exception e) {
      LOG.warn("The routes of {} did not stop in order", said(old), e);
    }
  }

  /** Who asks for a path of the old versions is told to come again. */
  private Set<String> hold(List<LoadedFile> old) {
    Set<String> paths = new TreeSet<>();
    @Nullable IngressRoutes ingress = ingress();
    if (ingress != null) {
      old.forEach(file -> paths.addAll(file.checked().names(Claim.Kind.PATH)));
      paths.forEach(ingress::hold);
    }
    return paths;
  }

  private void release(Set<String> paths) {
    @Nullable IngressRoutes ingress = ingress();
    if (ingress != null) {
      paths.forEach(ingress::release);
    }
  }

  private @Nullable IngressRoutes ingress() {
    return CamelContextHelper.findSingleByType(context, IngressRoutes.class);
  }

  private void say(
      Set<String> names, Map<String, CheckedFile> wanted, Map<String, CheckedFile> running) {
    for (String name : names) {
      @Nullable CheckedFile before = running.get(name);
      @Nullable CheckedFile after = wanted.get(name);
      @Nullable LoadedFile now = loaded.get(name);
      if (after == null) {
        LOG.info("Removed {}: its routes have stopped", name);
      } else if (now != null && now.checked() == after) {
        String verb =
            before == null
                ? "Added"
                : before == after ? "Made again, with what it uses," : "Changed";
        LOG.info("{} {}", verb, said(List.of(now)));
      }
    }
    Set<String> left = new TreeSet<>();
    names.forEach(
        name -> {
          @Nullable CheckedFile before = running.get(name);
          if (before != null) {
            left.addAll(before.names(Claim.Kind.SUBSCRIPTION));
          }
        });
    loaded.values().forEach(file -> left.removeAll(file.checked().names(Claim.Kind.SUBSCRIPTION)));
    for (String subscription : left) {
      String[] parts = subscription.split("/", 2);
      LOG.warn(
          "No route on this node consumes the subscription '{}' of source '{}' any more: its events"
              + " are kept until a route of that name starts here or on another node; if it is gone"
              + " for good, retire it by POST /actuator/webhooks/retire",
          parts[1],
          parts[0]);
    }
  }

  private void sayDeadEnds() {
    List<RouteProblem> ends =
        FolderCheck.deadEnds(loaded.values().stream().map(LoadedFile::checked).toList());
    Set<String> now = new TreeSet<>();
    for (RouteProblem end : ends) {
      now.add(end.toString());
      if (!saidDeadEnds.contains(end.toString())) {
        LOG.warn("{}", end);
      }
    }
    saidDeadEnds.clear();
    saidDeadEnds.addAll(now);
  }

  private static String said(Collection<LoadedFile> files) {
    return files.stream()
        .map(
            file -> {
              List<String> routes = file.routeNames();
              return file.name() + (routes.isEmpty() ? "" : " (" + String.join(", ", routes) + ")");
            })
        .collect(Collectors.joining(", "));
  }

  /** How each file is, in the order of their names; while files are exchanged, as it was before. */
  public List<FileState> states() {
    return states;
  }

  private void note() {
    Set<String> names = new TreeSet<>(loaded.keySet());
    names.addAll(refused.keySet());
    List<FileState> now = new ArrayList<>();
    for (String name : names) {
      @Nullable Refused wrong = refused.get(name);
      FileState.Condition condition =
          wrong == null
              ? FileState.Condition.RUNS
              : wrong.needsRestart()
                  ? FileState.Condition.NEEDS_RESTART
                  : loaded.containsKey(name)
                      ? FileState.Condition.OLD_VERSION_RUNS
                      : FileState.Condition.DOES_NOT_RUN;
      now.add(new FileState(name, condition, wrong == null ? List.of() : wrong.problems()));
    }
    states = List.copyOf(now);
  }
}
