package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.receive.WaitingLine;
import java.util.concurrent.Executor;

/** What all conversations share. */
record WebhookServer(
    WebhookHttpEngine engine,
    IngressGate gate,
    WaitingLine line,
    HttpTimes times,
    Executor answers,
    Deadlines deadlines) {}
