package io.mooring.node.link;

import io.mooring.link.v1.LunAnswer;
import io.mooring.link.v1.LunQuestion;
import io.mooring.link.v1.NodeMessage;
import io.mooring.runtime.failure.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers questions about LUN numbers; what cannot be told is not answered. */
final class LunAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(LunAnswers.class);

  private LunAnswers() {}

  /** What is so now. */
  static NodeMessage to(LunQuestion question, FreeNumbers numbers) {
    LunAnswer.Builder answer = LunAnswer.newBuilder().setId(question.getId());
    question.getLunsList().stream()
        .filter(asked -> isFree(numbers, asked.getIqn(), asked.getLun(), asked.getSerial()))
        .forEach(answer::addFree);
    return NodeMessage.newBuilder().setLuns(answer).build();
  }

  private static boolean isFree(FreeNumbers numbers, String iqn, int lun, String serial) {
    try {
      return numbers.isFree(iqn, lun, serial);
    } catch (Failure e) {
      LOG.warn("whether LUN {} of {} is free is not known: {}", lun, iqn, e.sentence());
      return false;
    }
  }
}
