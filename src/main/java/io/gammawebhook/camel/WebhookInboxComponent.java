package io.gammawebhook.camel;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Creates the endpoints {@code webhook-inbox:<source>}. */
@Component("webhook-inbox")
public class WebhookInboxComponent extends DefaultComponent {

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    WebhookInboxEndpoint endpoint = new WebhookInboxEndpoint(uri, this);
    endpoint.setSource(remaining);
    setProperties(endpoint, parameters);
    return endpoint;
  }
}
