package io.gammawebhook.bench.verification;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.SignatureVerifier;
import io.gammawebhook.verify.Tolerance;
import io.gammawebhook.verify.Verification;
import io.gammawebhook.verify.Verified;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One verification: the product's, and the JDK's own for as many bytes with the same key. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class VerificationBench {

  /** Set by {@code VerifyPart}. */
  @Param("standard-webhooks")
  public String scheme = "standard-webhooks";

  /** Of the body, in bytes. */
  @Param({"1024", "65536"})
  public int length = 1024;

  private @Nullable Signed signed;
  private @Nullable SignatureVerifier verifier;
  private @Nullable Mac mac;
  private byte[] digest = new byte[0];

  @Setup
  public void setUp() throws GeneralSecurityException {
    SignatureScheme rules = new SchemeCatalogue().byName(scheme);
    Signed made = Signed.of(rules, length);
    signed = made;
    verifier =
        new SignatureVerifier(
            new SourceName("bench"),
            rules,
            new Keyring(
                rules, List.of(LiveSecret.always(Signed.KEY_ID, rules.parseSecret(made.secret())))),
            Tolerance.DEFAULT,
            Signed.URL,
            InstantSource.fixed(Signed.AT));
    digest = made.digested() == null ? digest : Signed.sha256(made.digested());
    mac = made.publicKey() == null ? Signed.mac(made.jcaName(), made.key()) : null;
    if (!(product() instanceof Verified) || !jdk()) {
      throw new IllegalStateException("The request of " + scheme + " is not valid: " + product());
    }
  }

  @Benchmark
  public Verification product() {
    return Objects.requireNonNull(verifier).verify(Objects.requireNonNull(signed).request());
  }

  /** A {@code Mac} that is used again, which is the least that anybody could take. */
  @Benchmark
  public boolean jdk() throws GeneralSecurityException {
    Signed made = Objects.requireNonNull(signed);
    if (made.publicKey() == null) {
      byte[] expected = Objects.requireNonNull(mac).doFinal(made.content());
      boolean fits = MessageDigest.isEqual(expected, made.signature());
      return made.digested() == null
          ? fits
          : fits & MessageDigest.isEqual(Signed.sha256(made.digested()), digest);
    }
    Signature bare = Signature.getInstance(made.jcaName());
    bare.initVerify(made.publicKey());
    bare.update(made.content());
    return bare.verify(made.signature());
  }
}
