package io.gammawebhook.springboot.http;

import io.gammawebhook.http.Deadlines;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.WaitingLine;
import java.util.concurrent.Executor;

/** What all conversations share. */
record WebhookServer(
    WebhookHttpEngine engine,
    WaitingLine line,
    HttpTimes times,
    Executor answers,
    Deadlines deadlines,
    Measure measure) {}
