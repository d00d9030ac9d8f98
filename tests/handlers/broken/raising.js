console.log("about to fail");
throw new Error("not configured");
