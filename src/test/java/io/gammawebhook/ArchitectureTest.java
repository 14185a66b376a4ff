package io.gammawebhook;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import io.gammawebhook.verify.SignatureVerifier;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms of the project: who may import whom. The table's twin is in docs/. */
class ArchitectureTest {

  private static final String ROOT = "io.gammawebhook";

  /** Each room and the rooms that it may import; {@code springboot} may import all. */
  private static final Map<String, List<String>> ROOMS =
      Map.ofEntries(
          entry("event", List.of()),
          entry("json", List.of()),
          entry("measure", List.of("event")),
          entry("verify", List.of("event", "json")),
          entry("audit", List.of("event", "json")),
          entry("inbox", List.of("event", "audit", "json")),
          entry("registration", List.of("event", "json", "verify", "audit", "inbox")),
          entry("store", List.of("event", "audit", "inbox", "registration", "measure")),
          entry("receive", List.of("event", "verify", "inbox", "audit", "measure")),
          entry("dispatch", List.of("event", "inbox", "audit", "measure")),
          entry(
              "camel",
              List.of(
                  "event", "verify", "audit", "inbox", "receive", "http", "dispatch", "measure")),
          entry("http", List.of("event", "receive", "measure")),
          entry(
              "config", List.of("event", "audit", "inbox", "store", "receive", "http", "dispatch")),
          entry("kamelet", List.of("event", "verify", "audit", "receive", "dispatch", "camel")),
          entry("routes", List.of("event", "camel")),
          entry(
              "admin",
              List.of(
                  "event",
                  "verify",
                  "audit",
                  "inbox",
                  "registration",
                  "receive",
                  "dispatch",
                  "config",
                  "camel",
                  "routes",
                  "measure")),
          entry(
              "main",
              List.of(
                  "event",
                  "audit",
                  "inbox",
                  "store",
                  "receive",
                  "http",
                  "config",
                  "dispatch",
                  "camel",
                  "measure",
                  "admin")),
          entry("simulator", List.of("event", "json", "verify")),
          entry(
              "testkit",
              List.of(
                  "event",
                  "json",
                  "measure",
                  "verify",
                  "audit",
                  "inbox",
                  "registration",
                  "store",
                  "receive",
                  "http",
                  "config",
                  "dispatch",
                  "camel",
                  "kamelet",
                  "routes",
                  "admin",
                  "main",
                  "simulator",
                  "springboot")),
          entry(
              "springboot",
              List.of(
                  "event",
                  "measure",
                  "verify",
                  "audit",
                  "inbox",
                  "registration",
                  "store",
                  "receive",
                  "http",
                  "config",
                  "dispatch",
                  "camel",
                  "kamelet",
                  "routes",
                  "admin",
                  "simulator")));

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(
              (Location at) -> ImportOption.Predefined.ONLY_INCLUDE_TESTS.includes(at))
          .importPackages(ROOT);

  @TestFactory
  List<DynamicTest> aRoomImportsOnlyTheRoomsOfItsRow() {
    List<DynamicTest> tests = new ArrayList<>();
    ROOMS.forEach(
        (room, allowed) ->
            tests.add(DynamicTest.dynamicTest(room, () -> row(room, allowed).check(MAIN))));
    return tests;
  }

  @Test
  void everyClassLivesInARoom() {
    classes()
        .should()
        .resideInAnyPackage(
            ROOMS.keySet().stream().map(ArchitectureTest::room).toArray(String[]::new))
        .check(MAIN);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void camelIsKnownOnlyWhereItIsUsed() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    room("camel"),
                    room("kamelet"),
                    room("routes"),
                    room("admin"),
                    room("main"),
                    room("testkit"),
                    room("springboot"))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.camel..")
        .check(MAIN);
  }

  @Test
  void springIsKnownOnlyInAdminSpringBootAndTheTestKit() {
    noClasses()
        .that(not(resideInAnyPackage(room("admin"), room("springboot"), room("testkit"))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .check(MAIN);
  }

  /** The test kit is another artifact: what is in the plug-in's jar must not need it. */
  @Test
  void testsAreKnownOnlyInTheTestKit() {
    noClasses()
        .that(not(resideInAnyPackage(room("testkit"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "org.springframework.test..", room("testkit"))
        .check(MAIN);
  }

  /** Its users have no command line. */
  @Test
  void theTestKitNeedsNothingOfTheRunnableApplication() {
    noClasses()
        .that(resideInAnyPackage(room("testkit")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(room("springboot.app"))
        .check(MAIN);
  }

  @Test
  void timeIsAParameterOutsideTheWiring() {
    noClasses()
        .that(not(resideInAnyPackage(room("camel"), room("main"), room("springboot"))))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(MAIN);
  }

  @Test
  void nothingSleeps() {
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(MAIN);
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
  }

  /** What stops at the first byte that differs tells a forger how far the others fit. */
  @Test
  void whatVerifiesComparesBytesInConstantTimeOnly() {
    noClasses()
        .that(resideInAPackage(room("verify")))
        .should()
        .callMethodWhere(
            comparesIn(Arrays.class, Set.of("equals", "deepEquals", "compare", "mismatch"))
                .or(comparesIn(Objects.class, Set.of("equals", "deepEquals")))
                .or(comparesIn(ByteBuffer.class, Set.of("equals", "compareTo", "mismatch"))))
        .check(MAIN);
    classes()
        .that()
        .belongToAnyOf(SignatureVerifier.class)
        .should()
        .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
        .check(MAIN);
  }

  private static DescribedPredicate<JavaCall<?>> comparesIn(Class<?> owner, Set<String> names) {
    return DescribedPredicate.describe(
        owner.getSimpleName() + " of " + names,
        call ->
            call.getTargetOwner().isEquivalentTo(owner)
                && names.contains(call.getTarget().getName()));
  }

  private static ArchRule row(String room, List<String> allowed) {
    String[] others =
        ROOMS.keySet().stream()
            .filter(other -> !other.equals(room) && !allowed.contains(other))
            .map(ArchitectureTest::room)
            .toArray(String[]::new);
    return noClasses()
        .that(resideInAPackage(room(room)))
        .should()
        .dependOnClassesThat(
            others.length == 0 ? JavaClass.Predicates.belongToAnyOf() : resideInAnyPackage(others))
        .as(room + " imports only " + allowed)
        .allowEmptyShould(true);
  }

  private static String room(String name) {
    return ROOT + "." + name + "..";
  }
}
