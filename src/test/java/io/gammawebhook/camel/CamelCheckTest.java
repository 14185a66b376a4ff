package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * What the check knows is what the classes name. It is written anew by {@code mvn test
 * -Dtest=CamelCheckTest -Dcamel.write=true}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CamelCheckTest {

  private static final Path FILE =
      Path.of("src/main/resources/io/gammawebhook/camel/camel-builds-on.txt");

  private static final String CAMEL = "org.apache.camel.";

  /** The artifacts that every host has. */
  private static final String ALWAYS =
      ".*/camel-(api|base|base-engine|core-[a-z]+|support|util|kamelet|platform-http|yaml-[a-z-]+)-[0-9].*";

  @Test
  void itKnowsEveryMethodOfCamelThatIsCalledOrOverridden() throws Exception {
    JavaClasses ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.gammawebhook");
    Set<String> lines = new TreeSet<>();
    for (JavaClass each : ours) {
      each.getCodeUnitCallsFromSelf().stream()
          .filter(call -> isCamel(call.getTargetOwner()))
          .forEach(
              call ->
                  lines.add(
                      line(
                          call.getTargetOwner(),
                          call.getName(),
                          call.getTarget().getRawParameterTypes())));
      for (JavaMethod method : each.getMethods()) {
        overridden(each, method).forEach(owner -> lines.add(line(owner, method)));
      }
    }
    List<String> file = new ArrayList<>(List.of(new DefaultCamelContext().getVersion()));
    file.addAll(lines);
    assertThat(file).hasSizeGreaterThan(200);
    if (Boolean.getBoolean("camel.write")) {
      Files.createDirectories(FILE.getParent());
      Files.write(FILE, file);
    }
    assertThat(Files.readAllLines(FILE)).isEqualTo(file);
  }

  private static List<JavaClass> overridden(JavaClass type, JavaMethod method) {
    List<JavaClass> supers = new ArrayList<>(type.getAllRawSuperclasses());
    supers.addAll(type.getAllRawInterfaces());
    return supers.stream()
        .filter(CamelCheckTest::isCamel)
        .filter(
            each ->
                each.tryGetMethod(
                        method.getName(),
                        method.getRawParameterTypes().stream()
                            .map(JavaClass::getName)
                            .toArray(String[]::new))
                    .isPresent())
        .toList();
  }

  private static boolean isCamel(JavaClass type) {
    return type.getName().startsWith(CAMEL);
  }

  private static String line(JavaClass owner, JavaCodeUnit member) {
    return line(owner, member.getName(), member.getRawParameterTypes());
  }

  private static String line(JavaClass owner, String name, List<JavaClass> parameters) {
    return (isAlwaysThere(owner) ? "" : "?")
        + owner.getName()
        + "#"
        + name
        + parameters.stream().map(JavaClass::getName).collect(Collectors.joining(",", "(", ")"));
  }

  private static boolean isAlwaysThere(JavaClass owner) {
    return owner.getSource().orElseThrow().getUri().toString().matches(ALWAYS);
  }

  @Test
  void theCamelOfTheBuildPassesWithoutAWord(CapturedOutput log) throws IOException {
    assertThatCode(CamelCheck::run).doesNotThrowAnyException();
    assertThat(log).doesNotContain("was tested with");
    // Looked at as another version would be, it has everything.
    List<String> all = Files.readAllLines(FILE);
    assertThatCode(() -> new CamelCheck(getClass().getClassLoader(), "4.99.0").check(all))
        .doesNotThrowAnyException();
  }

  @Test
  void anotherVersionIsWarnedOf(CapturedOutput log) {
    new CamelCheck(getClass().getClassLoader(), "4.99.0")
        .check(List.of("4.17.0", "org.apache.camel.CamelContext#getVersion()"));
    assertThat(log)
        .contains(
            "Camel 4.99.0 is not a version that the Gamma webhook plug-in was tested with: that is"
                + " 4.17.0");
  }

  @Test
  void aMethodThatIsGoneFailsTheStartAndNamesTheCure() {
    CamelCheck check = new CamelCheck(getClass().getClassLoader(), "4.99.0");
    assertThatThrownBy(
            () ->
                check.check(
                    List.of(
                        "4.17.0",
                        "org.apache.camel.CamelContext#getVersion()",
                        "org.apache.camel.CamelContext#getVersion(int)",
                        "org.apache.camel.Gone#<init>()",
                        "?org.apache.camel.AlsoGone#run()",
                        "?org.apache.camel.CamelContext#setVersion()")))
        .isInstanceOf(RefusedRouteException.class)
        .hasMessageContaining("it has no org.apache.camel.CamelContext#getVersion(int)")
        .hasMessageContaining("no org.apache.camel.Gone#<init>()")
        .hasMessageContaining("no org.apache.camel.CamelContext#setVersion()")
        .hasMessageNotContaining("AlsoGone")
        .hasMessageContaining("Use Camel 4.17.0");
  }

  @Test
  void theFileNamesTheVersionOfThisBuild() throws IOException {
    assertThat(Files.readAllLines(FILE).get(0))
        .isEqualTo(CamelContext.class.getPackage().getImplementationVersion());
  }
}
