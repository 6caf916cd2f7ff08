package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.lio.FakeKernel;
import io.mooring.agent.pool.FakeMapper;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does first, over a host whose programs are played. */
class AgentStartTest {
  @TempDir Path directory;

  /** LVM knows nothing, the kernel's target and device-mapper work. */
  private static final class Host implements CommandRunner {
    private final FakeKernel kernel = new FakeKernel();
    private final FakeMapper mapper;
    private final List<String> programs = new ArrayList<>();

    Host(FakeMapper mapper) {
      this.mapper = mapper;
    }

    @Override
    public CommandResult run(Command command, Deadline deadline) {
      programs.add(command.program());
      return switch (command.program()) {
        case "dmsetup", "flock" -> mapper.run(command, deadline);
        case "pvs", "lvs", "lvmconfig" -> new CommandResult(5, "", "LVM has no such group");
        default -> kernel.run(command, deadline);
      };
    }
  }

  @Test
  void volumesThatStandStillGoOnBeforeLvmOrTheTargetIsLookedAt() {
    FakeMapper mapper = new FakeMapper(directory.resolve("sys"));
    String volume = "v-mooring--" + Serial.random();
    mapper.device(volume, true);
    Host host = new Host(mapper);
    World world = new World(directory.resolve("state"));

    StorageHost started =
        StorageHost.open(world.config(), host.kernel, host, directory.resolve("sys"));

    // lvmconfig looks at no device.
    assertThat(host.programs).startsWith("lvmconfig", "flock");
    assertThat(mapper.commands()).containsExactly("dmsetup resume " + volume);
    assertThat(started.records().troubles()).hasSize(1);
  }
}
