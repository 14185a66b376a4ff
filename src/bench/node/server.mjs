// What one writes in an afternoon without Camel: verify with the sender's library, store, answer.
import http from "node:http";
import Database from "better-sqlite3";
import { Webhook } from "standardwebhooks";

const [port, file, secret] = process.argv.slice(2);

const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(
  "create table if not exists event (id text primary key, received_at integer not null, body blob not null)",
);
const insert = db.prepare(
  "insert into event (id, received_at, body) values (?, ?, ?) on conflict (id) do nothing",
);
const webhook = new Webhook(secret);
const answer = (response, status, body) => {
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
};

http
  .createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      try {
        webhook.verify(body, request.headers);
      } catch {
        answer(response, 401, '{"status":"unverified"}');
        return;
      }
      const { changes } = insert.run(request.headers["webhook-id"], Date.now(), body);
      answer(response, 200, changes === 1 ? '{"status":"accepted"}' : '{"status":"duplicate"}');
    });
  })
  .listen(Number(port), "127.0.0.1");
