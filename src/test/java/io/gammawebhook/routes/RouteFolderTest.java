package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.springboot.Spelling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Files that change while their routes run. */
class RouteFolderTest {

  private final CheckBench bench = new CheckBench();
  private final Map<String, String> files = new TreeMap<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final RouteFolder folder =
      new RouteFolder(
          bench.camel,
          () ->
              new RouteFiles.Listing(
                  files.entrySet().stream()
                      .map(file -> new RouteFile(file.getKey(), file.getValue()))
                      .toList(),
                  List.of()),
          Spelling::nearest,
          Map.of("gamma", "/webhooks/gamma"),
          Duration.ofSeconds(10));
  private final ProducerTemplate call = bench.camel.createProducerTemplate();

  @BeforeEach
  void listen() {
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(RouteFolder.class);
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    bench.camel.addComponent("refusing", new RefusingComponent());
  }

  @AfterEach
  void close() {
    Logger logger = (Logger) LoggerFactory.getLogger(RouteFolder.class);
    logger.setLevel(null);
    logger.detachAppender(log);
    bench.close();
  }

  @Test
  void aWrongFileIsReportedAndTheOthersRun() {
    files.put("routes/a.camel.yaml", says("a", "hello"));
    files.put("routes/b.camel.yaml", "- route:\n    id: b\n    form: direct:b\n");

    start();

    assertThat(ask("a")).isEqualTo("hello");
    assertThat(said(Level.ERROR))
        .singleElement()
        .asString()
        .startsWith("routes/b.camel.yaml:3: There is no key 'form'")
        .contains("Did you mean from?");
    assertThat(folder.states())
        .extracting(FileState::condition)
        .containsExactly(FileState.Condition.RUNS, FileState.Condition.DOES_NOT_RUN);
  }

  @Test
  void aFileWhoseRoutesDoNotStartDoesNotTakeTheOthersDown() {
    files.put("routes/a.camel.yaml", says("a", "hello"));
    files.put("routes/b.camel.yaml", from("b", "refusing:b") + "        - log: x\n");

    start();

    assertThat(ask("a")).isEqualTo("hello");
    assertThat(said(Level.ERROR))
        .singleElement()
        .asString()
        .startsWith("routes/b.camel.yaml:2: The route 'b' does not start: the broker is away");
    assertThat(bench.camel.getRoute("b")).isNull();
  }

  @Test
  void whatIsWrongIsSaidOnceThoughItsIdIsMadeAnewEachTime() {
    files.put("routes/a.camel.yaml", says("a", "hello"));
    files.put("routes/b.camel.yaml", "- from:\n    uri: nope:b\n    steps:\n      - log: x\n");
    start();

    folder.refresh();
    files.put("routes/c.camel.yaml", says("c", "hello"));
    folder.refresh();
    folder.refresh();

    assertThat(said(Level.ERROR)).hasSize(1);
    assertThat(ask("c")).isEqualTo("hello");
  }

  @Test
  void noSoundFileAtAllRefusesTheStart() {
    files.put("routes/a.camel.yaml", "");

    assertThatThrownBy(folder::prepare)
        .isInstanceOf(RefusedFilesException.class)
        .hasMessageContaining("No file of routes is sound")
        .hasMessageContaining("routes/a.camel.yaml: The file is empty");
  }

  @Test
  void aWrongIngressRefusesTheStartThoughOthersAreSound() throws Exception {
    files.put("routes/a.camel.yaml", says("a", "hello"));
    files.put("routes/door.camel.yaml", ingress().replace("steps:", "stps:"));

    assertThatThrownBy(folder::prepare)
        .isInstanceOf(RefusedFilesException.class)
        .hasMessageContaining("The file of the ingress is wrong")
        .hasMessageContaining("routes/door.camel.yaml:");
  }

  @Test
  void aChangedFileIsExchangedAndTheOthersAreNotTouched() {
    files.put("routes/a.camel.yaml", says("a", "old"));
    files.put("routes/b.camel.yaml", says("b", "other"));
    start();
    Route other = bench.camel.getRoute("b");

    files.put("routes/a.camel.yaml", says("a", "new"));
    folder.refresh();

    assertThat(ask("a")).isEqualTo("new");
    assertThat(bench.camel.getRoute("b")).isSameAs(other);
    assertThat(said(Level.INFO)).contains("Changed routes/a.camel.yaml (a)");
  }

  @Test
  void aWrongChangeLeavesTheOldVersionAtWork() {
    files.put("routes/a.camel.yaml", says("a", "old"));
    start();
    Route old = bench.camel.getRoute("a");

    files.put("routes/a.camel.yaml", says("a", "new").replace("setBody", "setBdy"));
    folder.refresh();
    folder.refresh();

    assertThat(bench.camel.getRoute("a")).isSameAs(old);
    assertThat(said(Level.ERROR))
        .singleElement()
        .asString()
        .startsWith("routes/a.camel.yaml:6: ")
        .contains("setBody", "Its old version goes on");
    assertThat(folder.states().get(0).condition()).isEqualTo(FileState.Condition.OLD_VERSION_RUNS);

    files.put("routes/a.camel.yaml", says("a", "old"));
    folder.refresh();

    assertThat(bench.camel.getRoute("a")).isSameAs(old);
    assertThat(folder.states().get(0).condition()).isEqualTo(FileState.Condition.RUNS);
  }

  @Test
  void aVersionThatDoesNotStartGivesWayToTheOldOne() {
    files.put("routes/a.camel.yaml", says("a", "old"));
    start();

    files.put(
        "routes/a.camel.yaml", says("a", "new") + from("a2", "refusing:x") + "        - log: x\n");
    folder.refresh();

    assertThat(ask("a")).isEqualTo("old");
    Route old = bench.camel.getRoute("a");
    folder.refresh();
    assertThat(bench.camel.getRoute("a")).isSameAs(old);
    assertThat(bench.camel.getRoutes()).hasSize(1);
    assertThat(said(Level.ERROR)).singleElement().asString().contains("the broker is away");
    assertThat(said(Level.WARN)).contains("The old version of routes/a.camel.yaml goes on");
    assertThat(folder.states().get(0).condition()).isEqualTo(FileState.Condition.OLD_VERSION_RUNS);
  }

  @Test
  void filesComeAndGo() {
    files.put("routes/a.camel.yaml", says("a", "a"));
    start();

    files.put("routes/b.camel.yaml", says("b", "b") + says("c", "c"));
    folder.refresh();
    assertThat(ask("c")).isEqualTo("c");

    files.remove("routes/b.camel.yaml");
    folder.refresh();
    assertThat(bench.camel.getRoutes()).extracting(Route::getRouteId).containsExactly("a");
    assertThat(said(Level.INFO)).contains("Removed routes/b.camel.yaml: its routes have stopped");
  }

  @Test
  void anIdMayChangeMoveAndBeSwapped() {
    files.put("routes/a.camel.yaml", says("x", "a"));
    files.put("routes/b.camel.yaml", says("y", "b"));
    start();

    files.put("routes/a.camel.yaml", says("y", "a"));
    files.put("routes/b.camel.yaml", says("x", "b"));
    folder.refresh();
    assertThat(ask("y")).isEqualTo("a");
    assertThat(ask("x")).isEqualTo("b");

    files.put("routes/a.camel.yaml", says("y", "a") + says("x", "moved"));
    files.put("routes/b.camel.yaml", says("z", "renamed"));
    folder.refresh();
    assertThat(ask("x")).isEqualTo("moved");
    assertThat(ask("z")).isEqualTo("renamed");
    assertThat(bench.camel.getRoutes()).hasSize(3);
    assertThat(said(Level.ERROR)).isEmpty();
  }

  @Test
  void aNameThatAnotherFileHasIsRefusedWithItsPlace() {
    files.put("routes/b.camel.yaml", says("b", "b"));
    start();

    files.put("routes/a.camel.yaml", says("b", "thief"));
    folder.refresh();

    assertThat(ask("b")).isEqualTo("b");
    assertThat(said(Level.ERROR))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(
                        "routes/a.camel.yaml:2: The route id 'b' is that of routes/b.camel.yaml:2"
                            + " already"));

    files.remove("routes/b.camel.yaml");
    folder.refresh();
    assertThat(ask("b")).isEqualTo("thief");
  }

  @Test
  void whatIsMadeFromATemplateOrAConfigurationChangesWithIt() {
    files.put("routes/t.camel.yaml", template("one"));
    files.put(
        "routes/u.camel.yaml",
        "- templatedRoute:\n    routeTemplateRef: t\n    routeId: u\n    parameters:\n"
            + "      - name: n\n        value: u\n");
    files.put("routes/c.camel.yaml", configuration("first"));
    files.put(
        "routes/d.camel.yaml",
        "- route:\n    id: d\n    routeConfigurationId: c\n    from:\n      uri: direct:d\n"
            + "      steps:\n        - throwException:\n            exceptionType:"
            + " java.lang.IllegalStateException\n            message: x\n");
    files.put("routes/e.camel.yaml", says("e", "e"));
    start();
    Route untouched = bench.camel.getRoute("e");
    assertThat(ask("u")).isEqualTo("one");
    assertThat(ask("d")).isEqualTo("first");

    files.put("routes/t.camel.yaml", template("two"));
    files.put("routes/c.camel.yaml", configuration("second"));
    folder.refresh();

    assertThat(ask("u")).isEqualTo("two");
    assertThat(ask("d")).isEqualTo("second");
    assertThat(bench.camel.getRoute("e")).isSameAs(untouched);
  }

  @Test
  void theIngressChangesWithARestartOnly() throws Exception {
    files.put("routes/ingress.camel.yaml", ingress());
    files.put("routes/a.camel.yaml", says("a", "a"));
    start();
    Object template = bench.camel.getRouteTemplateDefinition("webhook-ingress");

    files.put("routes/ingress.camel.yaml", ingress().replace("id: verify", "id: verify2"));
    folder.refresh();
    folder.refresh();

    assertThat(bench.camel.getRouteTemplateDefinition("webhook-ingress")).isSameAs(template);
    assertThat(said(Level.WARN))
        .singleElement()
        .asString()
        .contains("its change counts from the next start on");
    files.remove("routes/ingress.camel.yaml");
    folder.refresh();
    assertThat(bench.camel.getRouteTemplateDefinition("webhook-ingress")).isSameAs(template);
    assertThat(folder.states())
        .extracting(FileState::condition)
        .contains(FileState.Condition.NEEDS_RESTART);
  }

  @Test
  void aFolderThatIsEmptyAllAtOnceStopsNothing() {
    files.put("routes/a.camel.yaml", says("a", "a"));
    start();

    files.clear();
    folder.refresh();
    folder.refresh();

    assertThat(ask("a")).isEqualTo("a");
    assertThat(said(Level.ERROR)).singleElement().asString().contains("No file of routes is left");
  }

  @Test
  void whatIsInHandEndsByTheOldVersionAndWhatComesWaitsForTheNewOne() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    bench
        .camel
        .getRegistry()
        .bind(
            "gate",
            (Processor)
                exchange -> {
                  entered.countDown();
                  assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
                });
    files.put("routes/a.camel.yaml", slow("a", "old"));
    start();
    CompletableFuture<String> inHand = CompletableFuture.supplyAsync(() -> ask("a"));
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

    files.put("routes/a.camel.yaml", slow("a", "new"));
    CompletableFuture<Void> exchange = CompletableFuture.runAsync(folder::refresh);
    await()
        .until(
            () ->
                bench.camel.getRoute("a").getConsumer() instanceof ServiceSupport service
                    && service.isSuspended());
    CompletableFuture<String> comes = CompletableFuture.supplyAsync(() -> ask("a"));
    assertThat(inHand).isNotDone();
    leave.countDown();

    assertThat(inHand.get(10, TimeUnit.SECONDS)).isEqualTo("old");
    exchange.get(10, TimeUnit.SECONDS);
    assertThat(comes.get(10, TimeUnit.SECONDS)).isEqualTo("new");
    assertThat(said(Level.WARN)).isEmpty();
  }

  @Test
  void aKameletThatTwoFilesUseStaysWhenOneOfThemChanges() {
    files.put("routes/a.camel.yaml", redacts("a"));
    files.put("routes/b.camel.yaml", redacts("b"));
    start();
    String redacted = ask("b", "{\"pin\":1}");
    assertThat(redacted).startsWith("{\"pin\":").doesNotContain("1");

    for (int i = 0; i < 3; i++) {
      files.put("routes/a.camel.yaml", redacts("a") + "# " + i + "\n");
      folder.refresh();
      assertThat(ask("a", "{\"pin\":1}")).isEqualTo(redacted);
      assertThat(ask("b", "{\"pin\":1}")).isEqualTo(redacted);
    }
    assertThat(bench.camel.getRouteDefinitions()).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void aDeadEndIsAWarningOnce() {
    files.put(
        "routes/a.camel.yaml",
        "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n"
            + "        - to: direct:nowhere\n");
    start();
    folder.refresh();

    assertThat(said(Level.WARN))
        .singleElement()
        .asString()
        .startsWith("routes/a.camel.yaml:6: It sends to direct:nowhere");
  }

  private void start() {
    folder.prepare();
    bench.camel.start();
  }

  private String ask(String route) {
    return ask(route, "");
  }

  private String ask(String route, String body) {
    try {
      return String.valueOf(call.requestBody("direct:" + route, body, String.class));
    } catch (CamelExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private List<String> said(Level level) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel().equals(level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static String says(String id, String word) {
    return from(id, "direct:" + id)
        + "        - setBody:\n            expression:\n              constant:\n"
        + "                expression: \""
        + word
        + "\"\n";
  }

  private static String slow(String id, String word) {
    return from(id, "direct:" + id)
        + "        - process:\n            ref: gate\n"
        + says(id, word).substring(from(id, "direct:" + id).length());
  }

  private static String redacts(String id) {
    return from(id, "direct:" + id)
        + "        - to:\n            uri: kamelet:webhook-redact-action\n            parameters:\n"
        + "              paths: \"$.pin\"\n";
  }

  private static String from(String id, String uri) {
    return "- route:\n    id: " + id + "\n    from:\n      uri: " + uri + "\n      steps:\n";
  }

  private static String template(String word) {
    return "- routeTemplate:\n    id: t\n    parameters:\n      - name: n\n    from:\n"
        + "      uri: \"direct:{{n}}\"\n      steps:\n        - setBody:\n"
        + "            constant: \""
        + word
        + "\"\n";
  }

  private static String configuration(String word) {
    return "- routeConfiguration:\n    id: c\n    onException:\n      - onException:\n"
        + "          exception: [java.lang.Exception]\n          handled:\n"
        + "            constant: \"true\"\n          steps:\n            - setBody:\n"
        + "                constant: "
        + word
        + "\n";
  }

  private static String ingress() throws Exception {
    return CheckBench.shipped().stream()
        .filter(file -> file.name().endsWith("ingress.camel.yaml"))
        .findFirst()
        .orElseThrow()
        .text();
  }

  /** A component that looks well until it starts. */
  public static final class RefusingComponent extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> parameters) {
      return new DefaultEndpoint(uri, this) {
        @Override
        public Producer createProducer() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Consumer createConsumer(Processor processor) {
          return new DefaultConsumer(this, processor) {
            @Override
            protected void doStart() {
              throw new IllegalStateException("the broker is away");
            }
          };
        }
      };
    }
  }
}
