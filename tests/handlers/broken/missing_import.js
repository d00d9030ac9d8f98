require("there-is-no-such-module");
