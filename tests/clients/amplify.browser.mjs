// Amplify as a single-page application uses it, left on `window` for a test to drive. scripts/ensure-clients bundles it for browsers.
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
// A page that comes back from signInWithRedirect goes on by itself once it configures Amplify.
import "aws-amplify/auth/enable-oauth-listener";
import { Hub } from "aws-amplify/utils";

window.amplify = { Amplify, Hub, auth };
