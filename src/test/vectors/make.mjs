// Makes library-vectors.json, signed requests of the schemes whose senders publish a library, each accepted by it;
// and sample-code-vectors.json, of senders whose documentation has code in place of a library.
// Keys and times are fixed, so that another run writes the same file.
import { createHash, createHmac, createPrivateKey, createPublicKey, sign as signWith } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Stripe from 'stripe';
import { Webhook as Svix } from 'svix';
import { Webhook as Standard } from 'standardwebhooks';
import twilio from 'twilio';
import { WebhooksHelper } from 'square';
import * as octokit from '@octokit/webhooks-methods';
import { verifyKey } from 'discord-interactions';

import '@shopify/shopify-api/adapters/node';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { CloudEvent, HTTP } from 'cloudevents';

const require = createRequire(import.meta.url);
const { AwsLambdaReceiver } = require('@zoom/rivet/users');
const { Signature } = require('@hubspot/api-client');
const slack = require('@slack/events-api');

const versions = JSON.parse(readFileSync('package.json')).dependencies;
const vectors = [];
const hmac = (algorithm, key, text, encoding) => createHmac(algorithm, key).update(text).digest(encoding);
const seconds = 1761998400; // 2025-11-01T12:00:00Z
const realNow = Date.now;
const at = async (time, check) => {
  Date.now = () => time * 1000;
  try {
    return await check();
  } finally {
    Date.now = realNow;
  }
};

async function add(scheme, library, vector, accepts) {
  if (!(await at(vector.at, accepts))) {
    throw new Error(`${library} refuses the vector of ${scheme}`);
  }
  vectors.push({ scheme, origin: `${library} ${versions[library]}`, method: 'POST', ...vector });
}
const passes = (check) => () => { check(); return true; };

const body = '{"id":"evt_1","type":"invoice.paid","data":{"name":"Zoë – 1/2","amount":1250}}';
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

{
  const signature = new Standard(whsec).sign('msg_1', new Date(seconds * 1000), body);
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': `${seconds}`, 'webhook-signature': signature };
  await add('standard-webhooks', 'standardwebhooks', { secret: whsec, at: seconds, headers, body },
    passes(() => new Standard(whsec).verify(body, headers)));
  await add('gitlab', 'standardwebhooks', { secret: whsec, at: seconds, headers, body },
    passes(() => new Standard(whsec).verify(body, headers)));
}
{
  const signature = new Svix(whsec).sign('msg_1', new Date(seconds * 1000), body);
  const headers = { 'svix-id': 'msg_1', 'svix-timestamp': `${seconds}`, 'svix-signature': signature };
  await add('svix', 'svix', { secret: whsec, at: seconds, headers, body },
    passes(() => new Svix(whsec).verify(body, headers)));
}
{
  const stripe = new Stripe('sk_test_x');
  const secret = 'whsec_test_5a7b3c';
  const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds });
  await add('stripe', 'stripe', { secret, at: seconds, headers: { 'stripe-signature': header }, body },
    passes(() => stripe.webhooks.constructEvent(body, header, secret)));
}
for (const scheme of ['github', 'meta']) {
  const secret = "It's a Secret to Everybody";
  const header = await octokit.sign(secret, body);
  await add(scheme, '@octokit/webhooks-methods',
    { secret, at: seconds, headers: { 'x-hub-signature-256': header, 'x-github-delivery': 'd1', 'x-github-event': 'push' }, body },
    () => octokit.verify(secret, body, header));
}
{
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const header = 'v0=' + hmac('sha256', secret, `v0:${seconds}:${body}`, 'hex');
  await add('slack', '@slack/events-api',
    { secret, at: seconds, headers: { 'x-slack-signature': header, 'x-slack-request-timestamp': `${seconds}` }, body },
    passes(() => slack.verifyRequestSignature({
      signingSecret: secret, requestSignature: header, requestTimestamp: seconds, body })));
}
{
  const secret = '12345';
  const url = 'https://mycompany.com/myapp.php';
  const query = 'foo=1&bar=2';
  const params = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309',
    To: '+18005551212', Body: 'Grüße & mehr = 1' };
  const form = new URLSearchParams(params).toString();
  const signature = twilio.getExpectedTwilioSignature(secret, `${url}?${query}`, params);
  await add('twilio-form', 'twilio',
    { secret, at: seconds, publicUrl: url, query, headers: { 'x-twilio-signature': signature }, body: form },
    () => twilio.validateRequest(secret, signature, `${url}?${query}`, params));
  const hashed = 'bodySHA256=' + createHash('sha256').update(body).digest('hex');
  const json = twilio.getExpectedTwilioSignature(secret, `${url}?${hashed}`, {});
  await add('twilio-json', 'twilio',
    { secret, at: seconds, publicUrl: url, query: hashed, headers: { 'x-twilio-signature': json }, body },
    () => twilio.validateRequestWithBody(secret, json, `${url}?${hashed}`, body));
}
{
  const secret = 'asdf1234';
  const url = 'https://example.com/webhook';
  const signature = hmac('sha256', secret, url + body, 'base64');
  await add('square', 'square',
    { secret, at: seconds, publicUrl: url, headers: { 'x-square-hmacsha256-signature': signature }, body },
    () => WebhooksHelper.verifySignature({
      requestBody: body, signatureHeader: signature, signatureKey: secret, notificationUrl: url }));
}
{
  // RFC 8032, section 7.1, test 1.
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const key = createPrivateKey({
    key: Buffer.from('302e020100300506032b657004220420' + seed, 'hex'), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const signature = signWith(null, Buffer.from(`${seconds}${body}`), key).toString('hex');
  await add('discord', 'discord-interactions',
    { secret: raw.toString('hex'), at: seconds,
      headers: { 'x-signature-ed25519': signature, 'x-signature-timestamp': `${seconds}` }, body },
    () => verifyKey(body, signature, `${seconds}`, raw.toString('hex')));
}
{
  const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
  const url = 'https://www.example.com/webhook_uri';
  const millis = seconds * 1000;
  const signature = hmac('sha256', secret, `POST${url}${body}${millis}`, 'base64');
  await add('hubspot-v3', '@hubspot/api-client',
    { secret, at: seconds, publicUrl: url,
      headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': `${millis}` }, body },
    () => Signature.isValid({
      signatureVersion: 'v3', signature, method: 'POST', clientSecret: secret, requestBody: body, url, timestamp: millis }));
}
{
  const secret = 'shpss_0123456789abcdef0123456789abcdef';
  const shopify = shopifyApi({ apiKey: 'key', apiSecretKey: secret, apiVersion: ApiVersion.January25,
    hostName: 'hooks.example.com', isEmbeddedApp: false, scopes: [], logger: { level: 0 } });
  const headers = { 'x-shopify-hmac-sha256': hmac('sha256', secret, body, 'base64'), 'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'shop.myshopify.com', 'x-shopify-api-version': '2025-01', 'x-shopify-webhook-id': 'w1' };
  await add('shopify', '@shopify/shopify-api', { secret, at: seconds, headers, body },
    async () => (await shopify.webhooks.validate({
      rawBody: body, rawRequest: { method: 'POST', url: '/', headers }, rawResponse: {} })).valid);
}
{
  // It signs the JSON as JavaScript writes it, and is given what Zoom sends, which is the same.
  const secret = 'zoom-secret-token';
  const zoom = new AwsLambdaReceiver({ webhooksSecretToken: secret });
  const receive = async (text) => {
    const headers = { 'x-zm-request-timestamp': `${seconds}`,
      'x-zm-signature': 'v0=' + hmac('sha256', secret, `v0:${seconds}:${text}`, 'hex') };
    const debug = console.debug;
    console.debug = () => {};
    try {
      return { headers, answer: await zoom.start()({ headers, body: text }) };
    } finally {
      console.debug = debug;
    }
  };
  const started = '{"event":"meeting.started","event_ts":1761998400000,"payload":{"object":{"topic":"Zoë – 1/2"}}}';
  const { headers, answer } = await receive(started);
  await add('zoom', '@zoom/rivet', { secret, at: seconds, headers, body: started }, () => answer.statusCode === 200);
  const validation = '{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}';
  const shaken = await receive(validation);
  await add('zoom', '@zoom/rivet', { secret, at: seconds, headers: shaken.headers, body: validation,
    handshake: { status: shaken.answer.statusCode, body: shaken.answer.body } }, () => shaken.answer.statusCode === 200);
}
for (const write of [HTTP.binary, HTTP.structured]) {
  // The library knows no signature; the bearer token is that of the webhook specification.
  const secret = 'mF_9.B5f-4.1JqM';
  const event = new CloudEvent({ id: 'e-1', source: '/invoices/7', type: 'com.example.paid', subject: 'Zoë',
    time: '2025-11-01T12:00:00Z', datacontenttype: 'application/json', data: { amount: 1250 } });
  const message = write(event);
  const sent = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), `${value}`]));
  await add('cloudevents', 'cloudevents',
    { secret, at: seconds, headers: { ...sent, authorization: `Bearer ${secret}` }, body: message.body,
      event: { id: 'e-1', source: '/invoices/7', type: 'com.example.paid' } },
    () => HTTP.toEvent({ headers: sent, body: message.body }).id === 'e-1');
}

// Senders without a library: signed as the sample code of their documentation does it.
const samples = [];
const sample = (scheme, page, vector) =>
  samples.push({ scheme, origin: `the page "${page}"`, method: 'POST', at: seconds, ...vector });
{
  const secret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
  const timestamp = '2025-11-01T12:00:00Z';
  sample('zendesk', 'Verifying webhooks', { secret, headers: { 'x-zendesk-webhook-signature-timestamp': timestamp,
    'x-zendesk-webhook-signature': hmac('sha256', secret, timestamp + body, 'base64') }, body });
}
{
  const secret = 'key-3ax6xnjp29jd6fds4gc373sgvjxteol0';
  const token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';
  const signature = hmac('sha256', secret, `${seconds}`.concat(token), 'hex');
  sample('mailgun', 'Securing Webhooks', { secret, headers: {}, body: JSON.stringify({
    signature: { token, timestamp: `${seconds}`, signature }, 'event-data': { id: 'evt_1', event: 'opened' } }) });
}
{
  const secret = 'z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu';
  const token = '9b4507b3-9040-4669-9ca3-6b94edb50553';
  sample('twitter', 'Securing webhooks', { secret, body,
    headers: { 'x-twitter-webhooks-signature': 'sha256=' + hmac('sha256', secret, body, 'base64') } });
  sample('twitter', 'Securing webhooks', { method: 'GET', secret, query: `crc_token=${token}`, headers: {}, body: '',
    handshake: { status: 200, body: JSON.stringify({ response_token: 'sha256=' + hmac('sha256', secret, token, 'base64') }) } });
}
vectors.sort((a, b) => a.scheme.localeCompare(b.scheme));
writeFileSync('../resources/io/gammawebhook/verify/library-vectors.json', JSON.stringify(vectors, null, 2) + '\n');
writeFileSync('../resources/io/gammawebhook/verify/sample-code-vectors.json', JSON.stringify(samples, null, 2) + '\n');
console.log(vectors.map((v) => `${v.scheme}: ${v.origin}`).join('\n'));
