// panva's certified oidc-provider as a city would run one, on the loopback. Argument 1: the folder it is installed in;
// 2: {port, clients, acr}. Says "ready" when it listens. A person signs in by the form at /interaction/<uid>: login, and
// amr and acr as a step with a second factor would leave them; `stop` stands for the button that goes back.
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")).href);
const { port, clients, acr } = JSON.parse(process.argv[3]);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients,
  acrValues: acr,
  claims: { openid: ["sub", "amr", "acr"] },
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  // Its own guard would let it tell nobody on the loopback who signed out.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Consent was given for everybody by the city.
  async loadExistingGrant(ctx) {
    const { client, session, provider: of } = ctx.oidc;
    const grant = new of.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});
provider.on("server_error", (ctx, error) => console.error(error));
provider.on("backchannel.error", (ctx, error) => console.error(error));

const read = async (request) => {
  let body = "";
  for await (const part of request) body += part;
  return new URLSearchParams(body);
};
const form = '<form method="post"><input name="login"><input name="amr"><input name="acr"><input name="stop"><button>OK</button></form>';

http
  .createServer(async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return provider.callback()(request, response);
    const { prompt } = await provider.interactionDetails(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      return response.end(`<title>${prompt.name}</title>${form}`);
    }
    const typed = await read(request);
    const amr = (typed.get("amr") || "pwd").split(" ");
    const result = typed.get("stop")
      ? { error: "access_denied", error_description: "the person went back" }
      : { login: { accountId: typed.get("login"), amr, ...(typed.get("acr") && { acr: typed.get("acr") }) } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  })
  .listen(port, "127.0.0.1", () => console.log("ready"));
