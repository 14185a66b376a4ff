package io.gammawebhook.registration.api;

import java.net.http.HttpHeaders;

/** What came back for one request. */
record HttpAnswer(int status, HttpHeaders headers, byte[] body) {}
