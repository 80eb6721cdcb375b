BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.134','network-133','deployment-122','instance_id-120');
INSERT INTO "addresses" VALUES('10.9.1.2','network-251','deployment-240','instance_id-238');
INSERT INTO "addresses" VALUES('10.0.0.2','default','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5');
INSERT INTO "addresses" VALUES('10.0.0.3','default','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4');
INSERT INTO "addresses" VALUES('10.0.0.4','default','shop','78e51061-7311-48a3-82ce-6f447ed4d57b');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE compiled_packages (
	stemcell_os TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	dependency_key TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (stemcell_os, stemcell_version, fingerprint, dependency_key)
);
INSERT INTO "compiled_packages" VALUES('stemcell_os-916','stemcell_version-918','fingerprint-914','dependency_key-915',50,'{"package":"package-913","fingerprint":"fingerprint-914","dependency_key":"dependency_key-915","stemcell_os":"stemcell_os-916","stemcell_version":"stemcell_version-918","blob":{"blob_id":"blob_id-921","digest":"digest-922","size":923}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-928','stemcell_version-930','fingerprint-926','dependency_key-927',52,'{"package":"package-925","fingerprint":"fingerprint-926","dependency_key":"dependency_key-927","stemcell_os":"stemcell_os-928","stemcell_version":"stemcell_version-930","blob":{"blob_id":"blob_id-933","digest":"digest-934","size":935}}');
CREATE TABLE configs (
	config_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (config_id)
);
INSERT INTO "configs" VALUES(1,'cloud','default',0,76,'{"config_id":1,"kind":"cloud","name":"default","content":"azs: [{name: z1}, {name: z2}]\nvm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]\ndisk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]\nnetworks:\n- name: default\n  type: manual\n  subnets:\n  - range: 10.0.0.0/24\n    gateway: 10.0.0.1\n    dns: [10.0.0.2]\n    azs: [z1, z2]\n    static: [10.0.0.100-10.0.0.110]\ncompilation: {workers: 2, network: default, az: z1, vm_type: small}\n","created_at":"2026-01-01T00:00:00+00:00","deleted":false}');
INSERT INTO "configs" VALUES(741,'kind-742','name-743',0,38,'{"config_id":741,"kind":"kind-742","name":"name-743","content":"content-744","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(747,'kind-748','name-749',1,40,'{"config_id":747,"kind":"kind-748","name":"name-749","content":"content-750","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',747);
INSERT INTO "counters" VALUES('task',991);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-716',34,'{"name":"name-716","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[]}');
INSERT INTO "deployments" VALUES('name-718',36,'{"name":"name-718","manifest":"manifest-720","cloud_config_ids":[723],"runtime_config_ids":[726],"releases":[["releases-730","releases-732"]],"stemcells":[{"name":"name-736","version":"version-738","os":"os-739"}]}');
INSERT INTO "deployments" VALUES('shop',74,'{"name":"shop","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[]}');
CREATE TABLE disks (
	disk_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	orphaned BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (disk_id), 
	CONSTRAINT disks_state CHECK (state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', 'orphaned', 'deleting'))
);
INSERT INTO "disks" VALUES('disk_id-516','deployment-518','instance_id-521','creating',0,18,'{"disk_id":"disk_id-516","deployment":"deployment-518","instance_id":"instance_id-521","state":"creating","size_mib":523,"cloud_properties":{"cloud_properties-524":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-528","cpi":"cpi-530","vm_cid":"vm_cid-533","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-536","az":"az-539","hint":{"hint-541":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-543','deployment-545','instance_id-548','detached',0,20,'{"disk_id":"disk_id-543","deployment":"deployment-545","instance_id":"instance_id-548","state":"detached","size_mib":550,"cloud_properties":{"cloud_properties-551":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-555","cpi":"cpi-557","vm_cid":"vm_cid-560","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-563","az":"az-566","hint":{"hint-568":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-570','deployment-572','instance_id-575','attaching',0,22,'{"disk_id":"disk_id-570","deployment":"deployment-572","instance_id":"instance_id-575","state":"attaching","size_mib":577,"cloud_properties":{"cloud_properties-578":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-582","cpi":"cpi-584","vm_cid":"vm_cid-587","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-590","az":"az-593","hint":{"hint-595":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-597','deployment-599','instance_id-602','attached',0,24,'{"disk_id":"disk_id-597","deployment":"deployment-599","instance_id":"instance_id-602","state":"attached","size_mib":604,"cloud_properties":{"cloud_properties-605":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-609","cpi":"cpi-611","vm_cid":"vm_cid-614","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-617","az":"az-620","hint":{"hint-622":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-624','deployment-626','instance_id-629','detaching',0,26,'{"disk_id":"disk_id-624","deployment":"deployment-626","instance_id":"instance_id-629","state":"detaching","size_mib":631,"cloud_properties":{"cloud_properties-632":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-636","cpi":"cpi-638","vm_cid":"vm_cid-641","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-644","az":"az-647","hint":{"hint-649":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-651','deployment-653','instance_id-656','orphaned',1,28,'{"disk_id":"disk_id-651","deployment":"deployment-653","instance_id":"instance_id-656","state":"orphaned","size_mib":658,"cloud_properties":{"cloud_properties-659":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-663","cpi":"cpi-665","vm_cid":"vm_cid-668","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-671","az":"az-674","hint":{"hint-676":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-678','deployment-680','instance_id-683','deleting',0,30,'{"disk_id":"disk_id-678","deployment":"deployment-680","instance_id":"instance_id-683","state":"deleting","size_mib":685,"cloud_properties":{"cloud_properties-686":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-690","cpi":"cpi-692","vm_cid":"vm_cid-695","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-698","az":"az-701","hint":{"hint-703":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-705','deployment-707','instance_id-710','deleting',0,32,'{"disk_id":"disk_id-705","deployment":"deployment-707","instance_id":"instance_id-710","state":"deleting","size_mib":712,"cloud_properties":{"cloud_properties-713":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_group TEXT NOT NULL, 
	instance_index BIGINT NOT NULL, 
	run_state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (instance_id), 
	CONSTRAINT instances_run_state CHECK (run_state IN ('started', 'stopped', 'detached'))
);
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59"},"disk":{"size_mib":62,"cloud_properties":{"cloud_properties-63":[1,null]},"disk_type":"disk_type-64"},"jobs":[{"name":"name-68","release":"release-70","release_version":"release_version-72","fingerprint":"fingerprint-73","has_post_deploy":true}],"packages":[{"name":"name-78","version":"version-79","fingerprint":"fingerprint-80","blob":{"blob_id":"blob_id-84","digest":"digest-85","size":86},"dependency_key":"dependency_key-87"}],"templates":{"configuration_hash":"configuration_hash-89","template_hashes":{"template_hashes-90":"template_hashes-91"},"context_digest":"context_digest-92","blob":{"blob_id":"blob_id-96","digest":"digest-97","size":98}},"canary_watch_time":{"min_ms":100,"max_ms":101},"update_watch_time":{"min_ms":103,"max_ms":104},"properties":{"properties-105":[1,null]},"tags":{"tags-106":"tags-107"},"lifecycle":"lifecycle-108","update_strategy":"update_strategy-109"},"converged":true,"converged_by":113,"ignored":true,"resurrection_paused":true,"post_deployed_by":118}');
INSERT INTO "instances" VALUES('instance_id-120','deployment-122','group-124',125,'stopped',4,'{"instance_id":"instance_id-120","deployment":"deployment-122","group":"group-124","index":125,"az":"az-128","bootstrap":true,"addresses":[{"network":"network-133","ip":"10.9.0.134","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-140","group":"group-142","index":143,"instance_id":"instance_id-145","az":"az-148","bootstrap":true,"vm":{"stemcell":{"name":"name-153","version":"version-155","os":"os-156"},"cloud_properties":{"cloud_properties-157":[1,null]},"env":{"env-158":[1,null]},"networks":[{"name":"name-162","kind":"kind-163","ip":"10.9.0.164","netmask":"netmask-166","gateway":"10.9.0.167","dns":["dns-169"],"default":["default-171"],"cloud_properties":{"cloud_properties-172":[1,null]},"prefix":174,"nic_group":"nic_group-175"}],"cpi":"cpi-177"},"disk":{"size_mib":180,"cloud_properties":{"cloud_properties-181":[1,null]},"disk_type":"disk_type-182"},"jobs":[{"name":"name-186","release":"release-188","release_version":"release_version-190","fingerprint":"fingerprint-191","has_post_deploy":true}],"packages":[{"name":"name-196","version":"version-197","fingerprint":"fingerprint-198","blob":{"blob_id":"blob_id-202","digest":"digest-203","size":204},"dependency_key":"dependency_key-205"}],"templates":{"configuration_hash":"configuration_hash-207","template_hashes":{"template_hashes-208":"template_hashes-209"},"context_digest":"context_digest-210","blob":{"blob_id":"blob_id-214","digest":"digest-215","size":216}},"canary_watch_time":{"min_ms":218,"max_ms":219},"update_watch_time":{"min_ms":221,"max_ms":222},"properties":{"properties-223":[1,null]},"tags":{"tags-224":"tags-225"},"lifecycle":"lifecycle-226","update_strategy":"update_strategy-227"},"converged":true,"converged_by":231,"ignored":true,"resurrection_paused":true,"post_deployed_by":236}');
INSERT INTO "instances" VALUES('instance_id-238','deployment-240','group-242',243,'detached',6,'{"instance_id":"instance_id-238","deployment":"deployment-240","group":"group-242","index":243,"az":"az-246","bootstrap":true,"addresses":[{"network":"network-251","ip":"10.9.1.2","static":true}],"run_state":"detached","spec":{"deployment":"deployment-258","group":"group-260","index":261,"instance_id":"instance_id-263","az":"az-266","bootstrap":true,"vm":{"stemcell":{"name":"name-271","version":"version-273","os":"os-274"},"cloud_properties":{"cloud_properties-275":[1,null]},"env":{"env-276":[1,null]},"networks":[{"name":"name-280","kind":"kind-281","ip":"10.9.1.32","netmask":"netmask-284","gateway":"10.9.1.35","dns":["dns-287"],"default":["default-289"],"cloud_properties":{"cloud_properties-290":[1,null]},"prefix":292,"nic_group":"nic_group-293"}],"cpi":"cpi-295"},"disk":{"size_mib":298,"cloud_properties":{"cloud_properties-299":[1,null]},"disk_type":"disk_type-300"},"jobs":[{"name":"name-304","release":"release-306","release_version":"release_version-308","fingerprint":"fingerprint-309","has_post_deploy":true}],"packages":[{"name":"name-314","version":"version-315","fingerprint":"fingerprint-316","blob":{"blob_id":"blob_id-320","digest":"digest-321","size":322},"dependency_key":"dependency_key-323"}],"templates":{"configuration_hash":"configuration_hash-325","template_hashes":{"template_hashes-326":"template_hashes-327"},"context_digest":"context_digest-328","blob":{"blob_id":"blob_id-332","digest":"digest-333","size":334}},"canary_watch_time":{"min_ms":336,"max_ms":337},"update_watch_time":{"min_ms":339,"max_ms":340},"properties":{"properties-341":[1,null]},"tags":{"tags-342":"tags-343"},"lifecycle":"lifecycle-344","update_strategy":"update_strategy-345"},"converged":true,"converged_by":349,"ignored":true,"resurrection_paused":true,"post_deployed_by":354}');
INSERT INTO "instances" VALUES('instance_id-356','deployment-358','group-360',361,'started',8,'{"instance_id":"instance_id-356","deployment":"deployment-358","group":"group-360","index":361,"az":"az-364","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('cd613e30-d8f1-4adf-91b7-584a2265b1f5','shop','idle',0,'started',62,'{"instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","deployment":"shop","group":"idle","index":0,"az":"z1","bootstrap":true,"addresses":[{"network":"default","ip":"10.0.0.2","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('1e2feb89-414c-443c-9027-c4d1c386bbc4','shop','idle',1,'started',64,'{"instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","deployment":"shop","group":"idle","index":1,"az":"z2","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.3","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('78e51061-7311-48a3-82ce-6f447ed4d57b','shop','idle',2,'started',66,'{"instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","deployment":"shop","group":"idle","index":2,"az":"z1","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.4","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	task_id BIGINT, 
	phase TEXT NOT NULL, 
	step TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	CONSTRAINT journal_phase CHECK (phase IN ('intent', 'result', 'failure', 'note'))
);
INSERT INTO "journal" VALUES(1,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(2,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(3,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(4,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(5,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(6,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(7,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(8,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(9,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(10,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(11,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(12,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(13,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(14,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(15,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(16,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(17,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(18,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(19,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(20,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(21,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(22,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(23,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(24,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(25,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(26,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(27,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(28,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(29,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(30,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(31,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(32,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(33,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(34,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(35,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(36,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(37,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(38,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(39,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(40,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(41,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(42,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(43,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(44,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(45,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(46,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(47,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(48,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(49,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(50,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(51,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(52,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(53,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(54,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(55,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(56,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(57,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(58,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(59,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(60,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(61,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(62,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(63,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(64,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(65,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(66,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(67,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(68,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(69,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(70,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(71,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(72,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(73,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(74,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(75,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(76,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(77,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(78,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(79,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(80,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
CREATE TABLE releases (
	name TEXT NOT NULL, 
	release_version TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, release_version)
);
INSERT INTO "releases" VALUES('name-754','version-756',42,'{"name":"name-754","version":"version-756","manifest":{"name":"name-759","version":"version-761","commit_hash":"commit_hash-762","uncommitted_changes":true,"jobs":[{"name":"name-767","version":"version-768","fingerprint":"fingerprint-769","digest":"digest-770","spec":{"templates":[{"source":"source-774","destination":"destination-775"}],"packages":["packages-778"],"properties":[{"name":"name-781","description":"description-782","default":"default-784"}],"consumes":[{"name":"name-787","type":"type-788","optional":true}],"provides":[{"name":"name-792","type":"type-793","properties":["properties-795"]}],"description":"description-796","properties_schema":"properties_schema-798"}}],"packages":[{"name":"name-802","version":"version-803","fingerprint":"fingerprint-804","digest":"digest-805","dependencies":["dependencies-808"]}],"compiled_packages":[{"name":"name-812","version":"version-813","fingerprint":"fingerprint-814","digest":"digest-815","stemcell_os":"stemcell_os-816","stemcell_version":"stemcell_version-817","dependencies":["dependencies-820"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-822','version-824',44,'{"name":"name-822","version":"version-824","manifest":{"name":"name-827","version":"version-829","commit_hash":"commit_hash-830","uncommitted_changes":true,"jobs":[{"name":"name-835","version":"version-836","fingerprint":"fingerprint-837","digest":"digest-838","spec":{"templates":[{"source":"source-842","destination":"destination-843"}],"packages":["packages-846"],"properties":[{"name":"name-849","description":"description-850","default":"default-852"}],"consumes":[{"name":"name-855","type":"type-856","optional":true}],"provides":[{"name":"name-860","type":"type-861","properties":["properties-863"]}],"description":"description-864","properties_schema":"properties_schema-866"}}],"packages":[{"name":"name-870","version":"version-871","fingerprint":"fingerprint-872","digest":"digest-873","dependencies":["dependencies-876"]}],"compiled_packages":[{"name":"name-880","version":"version-881","fingerprint":"fingerprint-882","digest":"digest-883","stemcell_os":"stemcell_os-884","stemcell_version":"stemcell_version-885","dependencies":["dependencies-888"]}]},"blobs":{"blobs-889":{"blob_id":"blob_id-892","digest":"digest-893","size":894}}}');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('director_uuid','5a1c7e1d-0000-4000-8000-000000000001');
CREATE TABLE stemcells (
	name TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	cpi TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, stemcell_version, cpi)
);
INSERT INTO "stemcells" VALUES('name-896','version-898','',46,'{"name":"name-896","version":"version-898","os":"os-899","cid":"cid-901","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-903','version-905','cpi-910',48,'{"name":"name-903","version":"version-905","os":"os-906","cid":"cid-908","cpi":"cpi-910","api_version":911}');
INSERT INTO "stemcells" VALUES('made-up','1.1','',78,'{"name":"made-up","version":"1.1","os":"made-up","cid":"stemcell-e99630f73a52bc23","cpi":"","api_version":2}');
CREATE TABLE tasks (
	task_id INTEGER NOT NULL, 
	deployment TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (task_id), 
	CONSTRAINT tasks_state CHECK (state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', 'timeout'))
);
INSERT INTO "tasks" VALUES(1,'shop','processing',80,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":[],"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(937,'deployment-944','cancelled',54,'{"task_id":937,"state":"cancelled","description":"description-939","kind":"kind-940","request":{"request-941":[1,null]},"deployment":"deployment-944","user":"user-945","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-952","context_id":"context_id-953"}');
INSERT INTO "tasks" VALUES(955,'deployment-962','done',56,'{"task_id":955,"state":"done","description":"description-957","kind":"kind-958","request":{"request-959":[1,null]},"deployment":"deployment-962","user":"user-963","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-970","context_id":"context_id-971"}');
INSERT INTO "tasks" VALUES(973,'deployment-980','error',58,'{"task_id":973,"state":"error","description":"description-975","kind":"kind-976","request":{"request-977":[1,null]},"deployment":"deployment-980","user":"user-981","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-988","context_id":"context_id-989"}');
INSERT INTO "tasks" VALUES(991,'deployment-998','done',60,'{"task_id":991,"state":"done","description":"description-993","kind":"kind-994","request":{"request-995":[1,null]},"deployment":"deployment-998","user":"user-999","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE vms (
	agent_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (agent_id), 
	CONSTRAINT vms_state CHECK (state IN ('creating', 'running', 'deleting'))
);
INSERT INTO "vms" VALUES('agent_id-367','deployment-369','instance_id-372','creating',10,'{"agent_id":"agent_id-367","deployment":"deployment-369","instance_id":"instance_id-372","state":"creating","stemcell":{"name":"name-376","version":"version-378","os":"os-379"},"cloud_properties":{"cloud_properties-380":[1,null]},"env_digest":"env_digest-381","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-385","cpi":"cpi-387","active":true,"purpose":"purpose-389","created_by":392,"networks":[{"name":"name-396","kind":"kind-397","ip":"10.9.1.148","netmask":"netmask-400","gateway":"10.9.1.151","dns":["dns-403"],"default":["default-405"],"cloud_properties":{"cloud_properties-406":[1,null]},"prefix":408,"nic_group":"nic_group-409"}]}');
INSERT INTO "vms" VALUES('agent_id-411','deployment-413','instance_id-416','running',12,'{"agent_id":"agent_id-411","deployment":"deployment-413","instance_id":"instance_id-416","state":"running","stemcell":{"name":"name-420","version":"version-422","os":"os-423"},"cloud_properties":{"cloud_properties-424":[1,null]},"env_digest":"env_digest-425","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-429","cpi":"cpi-431","active":true,"purpose":"purpose-433","created_by":436,"networks":[{"name":"name-440","kind":"kind-441","ip":"10.9.1.192","netmask":"netmask-444","gateway":"10.9.1.195","dns":["dns-447"],"default":["default-449"],"cloud_properties":{"cloud_properties-450":[1,null]},"prefix":452,"nic_group":"nic_group-453"}]}');
INSERT INTO "vms" VALUES('agent_id-455','deployment-457','instance_id-460','deleting',14,'{"agent_id":"agent_id-455","deployment":"deployment-457","instance_id":"instance_id-460","state":"deleting","stemcell":{"name":"name-464","version":"version-466","os":"os-467"},"cloud_properties":{"cloud_properties-468":[1,null]},"env_digest":"env_digest-469","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-473","cpi":"cpi-475","active":true,"purpose":"purpose-477","created_by":480,"networks":[{"name":"name-484","kind":"kind-485","ip":"10.9.1.236","netmask":"netmask-488","gateway":"10.9.1.239","dns":["dns-491"],"default":["default-493"],"cloud_properties":{"cloud_properties-494":[1,null]},"prefix":496,"nic_group":"nic_group-497"}]}');
INSERT INTO "vms" VALUES('agent_id-499','deployment-501','instance_id-504','deleting',16,'{"agent_id":"agent_id-499","deployment":"deployment-501","instance_id":"instance_id-504","state":"deleting","stemcell":{"name":"name-508","version":"version-510","os":"os-511"},"cloud_properties":{"cloud_properties-512":[1,null]},"env_digest":"env_digest-513","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',68,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',70,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',72,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
CREATE INDEX addresses_instance_id ON addresses (instance_id);
CREATE INDEX configs_kind_name ON configs (kind, name);
CREATE INDEX disks_deployment ON disks (deployment);
CREATE INDEX disks_orphaned ON disks (orphaned);
CREATE INDEX instances_deployment ON instances (deployment);
CREATE INDEX journal_task_id ON journal (task_id, sequence);
CREATE INDEX tasks_deployment ON tasks (deployment);
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX vms_deployment ON vms (deployment);
CREATE INDEX vms_instance_id ON vms (instance_id);
COMMIT;
