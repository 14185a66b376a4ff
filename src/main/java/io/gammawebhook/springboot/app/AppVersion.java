package io.gammawebhook.springboot.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class AppVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    @Nullable String version = AppVersion.class.getPackage().getImplementationVersion();
    return new String[] {version == null ? "unpackaged" : version};
  }
}
