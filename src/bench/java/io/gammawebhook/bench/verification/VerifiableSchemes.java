package io.gammawebhook.bench.verification;

import io.gammawebhook.verify.SchemeCatalogue;

/** The schemes of the catalogue of which a signed request can be made. */
public final class VerifiableSchemes {

  private VerifiableSchemes() {}

  /**
   * @param one whether the first is enough, to see that it works
   */
  public static String[] names(boolean one) {
    SchemeCatalogue catalogue = new SchemeCatalogue();
    return catalogue.names().stream()
        .filter(name -> Signed.isFor(catalogue.byName(name)))
        .limit(one ? 1 : Long.MAX_VALUE)
        .toArray(String[]::new);
  }
}
