// A certified OpenID Connect provider (npm oidc-provider) on loopback, with its own pages for signing in.
// OIDC_TEST holds JSON: port and clients. Any password is right, and whoever signs in says who he is:
// "subject address" or "subject address unverified".
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { port, clients } = JSON.parse(process.env.OIDC_TEST);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "of-the-tests" }] },
  async findAccount(_context, accountId) {
    const [, email, unverified] = accountId.split(" ");
    return { accountId, claims: async () => ({ sub: accountId, email, email_verified: !unverified }) };
  },
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
