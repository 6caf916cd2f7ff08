package io.mooring.e2e.lab;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.mooring.e2e.lab.guest.GuestAddress;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file through which other processes of the same user find a running lab. */
final class LabStatus {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private final Lab lab;

  LabStatus(Lab lab) {
    this.lab = requireNonNull(lab, "lab is null");
  }

  /** Writes it, readable for this user only, since it holds the token of the shells. */
  void write() throws IOException {
    JsonObject machines = new JsonObject();
    for (VirtualMachine machine : lab.machines()) {
      machines.add(machine.name(), GSON.toJsonTree(machine.address()));
    }
    JsonObject document = new JsonObject();
    document.addProperty("pid", ProcessHandle.current().pid());
    document.add("machines", machines);
    Path file = lab.settings().statusFile();
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, GSON.toJson(document) + "\n");
  }

  /** How to reach a VM of the lab that runs in this directory. */
  static GuestAddress find(Path statusFile, String machine) {
    if (!Files.exists(statusFile)) {
      throw Failure.failedPrecondition(
          "no lab is ready (there is no " + statusFile + "); start one with `make lab`");
    }
    try {
      JsonObject document = GSON.fromJson(Files.readString(statusFile), JsonObject.class);
      JsonObject machines = document.getAsJsonObject("machines");
      if (!machines.has(machine)) {
        throw Failure.notFound(
            "the lab has no VM " + machine + "; it has " + String.join(", ", machines.keySet()));
      }
      return requireNonNull(GSON.fromJson(machines.get(machine), GuestAddress.class));
    } catch (IOException | JsonParseException e) {
      throw Failure.internal("could not read " + statusFile + ": " + e.getMessage(), e);
    }
  }
}
