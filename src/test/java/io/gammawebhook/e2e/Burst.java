package io.gammawebhook.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The same request on many connections at once: all of them lack one byte, then all get it. */
final class Burst {

  private Burst() {}

  static List<Sender.Answer> send(Sender sender, String eventId, String type, int copies)
      throws Exception {
    String body = Sender.body(eventId, type);
    StringBuilder request = new StringBuilder();
    request
        .append("POST ")
        .append(sender.url().getPath())
        .append(" HTTP/1.1\r\nHost: localhost\r\n");
    sender.signed(eventId, body).forEach((n, v) -> request.append(n + ": " + v + "\r\n"));
    request
        .append("Content-Length: ")
        .append(body.length())
        .append("\r\nConnection: close\r\n\r\n");
    byte[] bytes = (request + body).getBytes(StandardCharsets.UTF_8);

    List<Socket> sockets = new ArrayList<>();
    ExecutorService readers = Executors.newFixedThreadPool(copies);
    try {
      for (int i = 0; i < copies; i++) {
        Socket socket = new Socket("127.0.0.1", sender.url().getPort());
        sockets.add(socket);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(bytes, 0, bytes.length - 1);
      }
      for (Socket socket : sockets) {
        socket.getOutputStream().write(bytes, bytes.length - 1, 1);
      }
      List<Sender.Answer> answers = new ArrayList<>();
      for (var answer : readers.invokeAll(sockets.stream().map(Burst::reading).toList())) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      readers.shutdownNow();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static java.util.concurrent.Callable<Sender.Answer> reading(Socket socket) {
    return () -> {
      try {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        int status = Integer.parseInt(in.readLine().substring(9, 12));
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          headers.put(
              line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
              line.substring(line.indexOf(':') + 1).strip());
        }
        char[] body = new char[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        int read = 0;
        while (read < body.length) {
          int count = in.read(body, read, body.length - read);
          if (count < 0) {
            throw new IOException("The answer was cut off");
          }
          read += count;
        }
        return new Sender.Answer(status, new String(body), headers);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
