import assert from "node:assert/strict";
import { alternativeNames } from "../../src/host/client-certificates.ts";

describe("the names of a certificate", () => {
  it("are its DNS names, e-mail addresses and URIs", () => {
    assert.deepEqual(
      alternativeNames("DNS:a.example, IP Address:10.0.0.1, email:a@b.example, URI:spiffe://x/y"),
      ["a.example", "a@b.example", "spiffe://x/y"],
    );
    assert.deepEqual(alternativeNames(""), []);
  });

  it("that hold what looks like another name stay one", () => {
    assert.deepEqual(alternativeNames('URI:"http://x/, DNS:admin", DNS:"a\\"b, DNS:admin"'), [
      "http://x/, DNS:admin",
      'a"b, DNS:admin',
    ]);
  });

  it("are none where the list cannot be read for certain", () => {
    for (const list of ["DNS:admin, rest", 'DNS:admin, URI:"open', 'DNS:admin"x', "DNS"])
      assert.deepEqual(alternativeNames(list), [], list);
  });
});
