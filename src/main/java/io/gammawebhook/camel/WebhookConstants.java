package io.gammawebhook.camel;

import org.apache.camel.spi.Metadata;

/** The headers that a delivery's exchange carries. */
public final class WebhookConstants {

  @Metadata(
      description = "Our own reference of the event, a UUID; the sender got it in the answer.",
      javaType = "String")
  public static final String REFERENCE = "CamelWebhookReference";

  @Metadata(description = "The sender's id of the event.", javaType = "String")
  public static final String EVENT_ID = "CamelWebhookEventId";

  @Metadata(description = "The sender's category of the event.", javaType = "String")
  public static final String EVENT_TYPE = "CamelWebhookEventType";

  @Metadata(description = "The source that sent the event.", javaType = "String")
  public static final String SOURCE = "CamelWebhookSource";

  @Metadata(description = "The subscription that the delivery is for.", javaType = "String")
  public static final String SUBSCRIPTION = "CamelWebhookSubscription";

  @Metadata(
      description =
          "The delivery's id, the same for each retry: use it as an idempotency key or Message-ID.",
      javaType = "String")
  public static final String DELIVERY_ID = "CamelWebhookDeliveryId";

  @Metadata(description = "Which attempt of the delivery this is, 1-based.", javaType = "int")
  public static final String ATTEMPT = "CamelWebhookAttempt";

  @Metadata(
      description = "When the event was accepted, in epoch milliseconds by the store's clock.",
      javaType = "long")
  public static final String RECEIVED_AT = "CamelWebhookReceivedAt";

  @Metadata(description = "The ordering key of the event.", javaType = "String")
  public static final String ORDERING_KEY = "CamelWebhookOrderingKey";

  @Metadata(
      description =
          "The request's media type as sent; application/octet-stream if that is none, or its"
              + " charset is unknown.",
      javaType = "String")
  public static final String CONTENT_TYPE = "CamelWebhookContentType";

  @Metadata(
      description = "The request headers that the source keeps, by lower-case name.",
      javaType = "java.util.Map<String, String>")
  public static final String HEADERS = "CamelWebhookHeaders";

  @Metadata(
      description =
          "The fields of a body of the type application/x-www-form-urlencoded: a text each, or a"
              + " list of texts where a field is there several times.",
      javaType = "java.util.Map<String, Object>")
  public static final String FORM = "CamelWebhookForm";

  private WebhookConstants() {}
}
