package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.FreedLun;
import io.mooring.controller.target.KnownNode;
import io.mooring.controller.target.Node;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.volume.DetachListener;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.LunAddress;
import io.mooring.link.v1.LunAnswer;
import io.mooring.link.v1.LunQuestion;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Background;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings storage hosts the word of nodes on LUN numbers that were taken from them: asks each host
 * what waits, asks the nodes that are linked here, and hands on which numbers they have nothing at.
 * The order is what makes it right: the host names a freeing only after the fence, the node looks
 * only after it was asked for that freeing, and the host takes the word for no other one. Nothing
 * is remembered but questions under way, so any number of replicas may do it.
 */
public final class LunWords implements LinkListener, DetachListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LunWords.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

  private final Links links;
  private final Fleet fleet;
  private final Map<Long, Question> questions = new ConcurrentHashMap<>();
  private final AtomicLong lastQuestion = new AtomicLong();
  private final Background loop;

  /** What was asked of a node for a storage host. */
  private record Question(LinkedNode node, StorageTarget target, List<FreedLun> freed) {
    boolean isFor(LinkedNode other, StorageTarget host) {
      return node.equals(other) && target.name().equals(host.name());
    }
  }

  private LunWords(Links links, Fleet fleet, Duration interval) {
    this.links = requireNonNull(links, "links is null");
    this.fleet = requireNonNull(fleet, "fleet is null");
    this.loop = new Background("lun-words", interval, this::pass);
  }

  /**
   * Asks the nodes of those links for the hosts of that fleet: that often, and whenever something
   * has changed.
   */
  public static LunWords over(Links links, Fleet fleet, Duration interval) {
    LunWords words = new LunWords(links, fleet, interval);
    links.listener(words);
    return words;
  }

  /** Begins to ask. */
  public LunWords start() {
    var _ = loop.start();
    return this;
  }

  /** Of a stream that this one has replaced, no answer is taken any more. */
  @Override
  public void joined(LinkedNode node) {
    questions
        .values()
        .removeIf(older ->
            older.node().id().name().equals(node.id().name()) && !older.node().equals(node));
    loop.poke();
  }

  @Override
  public void holds(LinkedNode node) {
    loop.poke();
  }

  @Override
  public void detached(VolumeId volume, NodeId node) {
    loop.poke();
  }

  /** Asks now. Never throws: the next time is the retry. */
  void pass() {
    try {
      if (links.count() == 0) {
        return;
      }
      for (Answer<Boolean> answer : fleet.ask(fleet.targets().values(), this::ask)) {
        if (answer instanceof Answer.Failed<Boolean>(StorageTarget _, Failure failure)) {
          LOG.debug("LUN numbers: {}", failure.sentence());
        }
      }
    } catch (Failure e) {
      LOG.debug("LUN numbers: {}", e.sentence());
    } catch (RuntimeException e) {
      LOG.error("nodes could not be asked after LUN numbers; it is tried again", e);
    }
  }

  private boolean ask(StorageTarget target) {
    Deadline deadline = Deadline.after(ANSWER_LIMIT);
    Agent agent = fleet.agent(target);
    for (KnownNode known : agent.nodes(deadline)) {
      links
          .of(known.node().name())
          .filter(node -> node.id().node().equals(known.node()))
          .ifPresent(node -> ask(target, agent, known, node, deadline));
    }
    return true;
  }

  private void ask(
      StorageTarget target, Agent agent, KnownNode known, LinkedNode node, Deadline deadline) {
    if (known.answers() != node.answersLuns()) {
      release(agent, known.node(), node.answersLuns(), List.of(), deadline);
    }
    if (node.answersLuns() && !known.freed().isEmpty()) {
      questions.values().removeIf(older -> older.isFor(node, target));
      long id = lastQuestion.incrementAndGet();
      questions.put(id, new Question(node, target, known.freed()));
      node.tell(message(id, known.freed()));
    }
  }

  private static ControllerMessage message(long id, List<FreedLun> freed) {
    LunQuestion.Builder question = LunQuestion.newBuilder().setId(id);
    freed.forEach(number ->
        question.addLuns(
            LunAddress.newBuilder()
                .setIqn(number.iqn())
                .setLun(number.lun())
                .setSerial(number.serial())));
    return ControllerMessage.newBuilder().setLuns(question).build();
  }

  @Override
  public void answers(LinkedNode node, LunAnswer answer) {
    Question question = questions.get(answer.getId());
    if (question == null || !question.node().equals(node)) {
      return;
    }
    questions.remove(answer.getId());
    Set<LunAddress> free = Set.copyOf(answer.getFreeList());
    List<FreedLun> given =
        question.freed().stream()
            .filter(number -> free.stream().anyMatch(address -> isAt(number, address)))
            .toList();
    if (given.isEmpty()) {
      return;
    }
    try {
      release(
          fleet.agent(question.target()),
          node.id().node(),
          true,
          given,
          Deadline.after(ANSWER_LIMIT));
      LOG.info(
          "storage target {}: node {} has nothing left at LUN {}",
          question.target().name(),
          node.id().name(),
          given.stream().map(number -> "" + number.lun()).collect(Collectors.joining(", ")));
    } catch (Failure e) {
      LOG.info("the word of node {} is asked for again: {}", node.id().name(), e.sentence());
    }
  }

  private static boolean isAt(FreedLun number, LunAddress address) {
    return number.iqn().equals(address.getIqn()) && number.lun() == address.getLun();
  }

  private static void release(
      Agent agent, Node node, boolean answers, List<FreedLun> free, Deadline deadline) {
    try {
      agent.releaseLuns(node, answers, free, deadline);
    } catch (Failure e) {
      // An agent of an earlier version, which goes by time.
      if (e.kind() != Kind.UNIMPLEMENTED) {
        throw e;
      }
    }
  }

  @Override
  public void left(LinkedNode node) {
    questions.values().removeIf(question -> question.node().equals(node));
  }

  /** How many questions are not answered yet. */
  int underWay() {
    return questions.size();
  }

  @Override
  public void close() {
    loop.close();
  }
}
