package io.gammawebhook.kamelet;

import io.gammawebhook.camel.BoundedHttpClient;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * A {@link BoundedHttpClient} that reaches public networks only, unless it may reach all. Safe for
 * use by many threads once it is set up.
 */
public final class KameletHttpClient extends KameletBean implements HttpClientConfigurer {

  private boolean allowPrivateNetworks;

  /** Whether addresses that are not public may be reached. */
  public void setAllowPrivateNetworks(boolean allow) {
    allowPrivateNetworks = allow;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    new BoundedHttpClient(camel(), allowPrivateNetworks ? null : new PublicNetworks())
        .configureHttpClient(client);
  }
}
